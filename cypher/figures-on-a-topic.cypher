// title: How far apart the figures on one topic lie
// description: Every figure on one topic, each beside its speaker and date, as a number or as the range that the speaker gives. A range may be open, as in "more than 300". Nothing is averaged; denied, inferred and withdrawn figures have colours of their own.
// theme: evidence
// parameters:
//   topic: {type: choice, choices: "MATCH (claim:Claim) WHERE claim.topic <> '' RETURN DISTINCT claim.topic AS topic ORDER BY topic", default: artillery shells delivered to Russia, description: What is counted}
// result: chart
// chart: {kind: bar, x: said by, y: number, low: at least, high: at most, by: stance}
MATCH (claim:Claim {topic: $topic})-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH claim, one, source, coalesce(speaker.name, source.publisher) + ', ' + claim.reported_on AS voice
ORDER BY claim.reported_from, coalesce(claim.value, claim.low, claim.high), claim.id
WITH voice, collect({claim: claim, one: one, source: source}) AS said
UNWIND range(0, size(said) - 1) AS i
WITH voice + CASE WHEN size(said) > 1 THEN ' (' + (i + 1) + ')' ELSE '' END AS voice, said[i].claim AS claim,
     said[i].one AS one, said[i].source AS source
RETURN voice AS `said by`, claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       one.name AS `on`, claim.detail AS note, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY claim.reported_from, coalesce(claim.value, claim.low, claim.high), claim.id
