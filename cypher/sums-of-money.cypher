// title: Which sums of money are reported
// description: Each figure whose unit is a currency, as given and in that currency, with what it is said to be. Sums are never added or converted; denied, inferred and withdrawn ones are marked.
// theme: finance
// parameters:
//   least: {type: number, default: 0, min: 0, description: "At least so much, in whatever currency"}
// result: table
MATCH (claim:Claim)-[:HAS_SUBJECT]->(one:Entity)
WHERE claim.unit =~ '[A-Z]{3}' AND coalesce(claim.value, claim.high, claim.low) >= $least
OPTIONAL MATCH (claim)-[:HAS_OBJECT]->(other:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN claim.topic AS `what it is`, one.name AS subject, claim.predicate AS relationship, other.name AS object,
       claim.value AS amount, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS currency, claim.detail AS note,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       speaker.name AS `said by`, claim.reported_on AS reported, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY currency, coalesce(claim.value, claim.high, claim.low) DESC, claim.id
