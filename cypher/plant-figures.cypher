// title: What figures are given on the plants and their output
// description: Each figure on a plant or on what is produced, as given (number of plants, capacity in use, shifts, shells a year), side by side and never averaged. Denied, inferred and withdrawn figures are marked.
// theme: production
// parameters:
//   word: {type: text, default: "", description: "Part of a topic or unit, such as capacity; empty for all"}
// result: table
MATCH (claim:Claim)-[:HAS_SUBJECT]->(subject:Entity)
WHERE claim.topic <> '' AND claim.predicate = 'ESTIMATE' AND (subject:Facility OR toLower(claim.topic) CONTAINS 'produce')
  AND (toLower(claim.topic) CONTAINS toLower($word) OR toLower(claim.unit) CONTAINS toLower($word))
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN claim.topic AS topic, subject.name AS `on`,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit,
       speaker.name AS `said by`, claim.reported_on AS reported, claim.detail AS note,
       claim.reliability + claim.credibility AS grade, source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY topic, coalesce(claim.value, claim.low, claim.high), claim.reported_from, claim.id
