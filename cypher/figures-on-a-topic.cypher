// title: How far apart the figures on one topic lie
// description: Every figure on one topic at the day it counts up to (the end of its period, else the day of the report), as a number or as the range that the speaker gives. A range may be open, as in "more than 300". Figures for one time that differ are a disagreement, figures for different days may be growth; beside them stands who denies all of it. Nothing is averaged; denied, withdrawn and inferred figures are marked, and figures of what there is room for stand apart.
// theme: evidence
// parameters:
//   topic: {type: choice, choices: "MATCH (claim:Claim) WHERE claim.topic <> '' RETURN DISTINCT claim.topic AS topic ORDER BY topic", default: artillery shells delivered to Russia, description: What is counted}
// result: chart
// chart: {kind: figures, x: as of, y: number, low: at least, high: at most, by: speaker}
MATCH (claim:Claim {topic: $topic})-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH claim, one, source, coalesce(speaker.name, source.publisher) AS speaker
ORDER BY claim.reported_from, coalesce(claim.value, claim.low, claim.high), claim.id
WITH speaker, speaker + ', ' + claim.reported_on AS voice, collect({claim: claim, one: one, source: source}) AS said
UNWIND range(0, size(said) - 1) AS i
WITH speaker, voice + CASE WHEN size(said) > 1 THEN ' (' + (i + 1) + ')' ELSE '' END AS voice, said[i].claim AS claim,
     said[i].one AS one, said[i].source AS source
ORDER BY claim.reported_from, coalesce(claim.value, claim.low, claim.high), claim.id
RETURN voice AS `said by`, claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies'
            WHEN coalesce(claim.inferred_from, '') <> '' THEN 'inferred' ELSE 'says' END AS stance,
       CASE WHEN claim.valid_to <> '' THEN claim.valid_to ELSE claim.reported_on END AS `as of`, speaker,
       one.name AS `on`, claim.detail AS note, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
UNION ALL
MATCH (figure:Claim {topic: $topic})-[:HAS_SUBJECT]->(one:Entity)
WHERE figure.object <> ''
WITH DISTINCT one, figure.predicate AS predicate, figure.object AS other
MATCH (claim:Claim {subject: one.id, predicate: predicate, object: other, stance: 'denied'})-[:FROM_SOURCE]->(source:Source)
WHERE coalesce(claim.topic, '') = ''
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH claim, one, source, coalesce(speaker.name, source.publisher) AS speaker
ORDER BY claim.reported_from, claim.id
RETURN speaker + ', ' + claim.reported_on AS `said by`, null AS number, null AS `at least`, null AS `at most`, null AS unit,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' ELSE 'denies all of it' END AS stance,
       CASE WHEN claim.valid_to <> '' THEN claim.valid_to ELSE claim.reported_on END AS `as of`, speaker,
       one.name AS `on`, claim.summary AS note, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
