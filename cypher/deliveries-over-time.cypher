// title: What has been delivered, as it was reported over time
// description: Each figure on one topic of deliveries, at the day it counts up to (the end of its period, else the day of the report; of a vague date the last day). One line a speaker, never averaged, and nothing is filled in between speakers. A denied or withdrawn figure is named as such, and one of what there is room for has a line of its own. Who denies all of it stands in “How far apart the figures on one topic lie”.
// theme: export
// parameters:
//   topic: {type: choice, choices: "MATCH (claim:Claim {predicate: 'EXPORTS_TO'}) WHERE claim.topic <> '' RETURN DISTINCT claim.topic AS topic ORDER BY topic", default: artillery shells delivered to Russia, description: What is counted}
// result: chart
// chart: {kind: line, x: as of, y: number, low: at least, high: at most, by: said by}
MATCH (claim:Claim {topic: $topic})-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN CASE WHEN claim.valid_to <> '' THEN claim.valid_latest ELSE claim.reported_until END AS `as of`,
       claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit,
       coalesce(speaker.name, source.publisher)
         + CASE WHEN claim.withdrawn_on <> '' THEN ' (withdrawn)' WHEN claim.stance = 'denied' THEN ' (denies)' ELSE '' END
         AS `said by`,
       CASE WHEN claim.valid_to <> '' THEN claim.valid_to ELSE claim.reported_on END AS `date as given`,
       claim.detail AS note, claim.reliability + claim.credibility AS grade, source.publisher AS publisher,
       claim.paragraph AS paragraph
ORDER BY `as of`, `said by`, claim.id
