// title: Where a word comes up
// description: Every statement whose summary, note or topic holds a word, in our own words, with speaker, document and paragraph. Denied, inferred and withdrawn statements are marked, and those that somebody is on no list ("not listed", "not found").
// theme: evidence
// parameters:
//   word: {type: text, default: container, description: A word or part of one}
// result: table
MATCH (claim:Claim)-[:FROM_SOURCE]->(source:Source)
WHERE toLower(claim.summary + ' | ' + claim.detail + ' | ' + coalesce(claim.topic, '')) CONTAINS toLower($word)
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
OPTIONAL MATCH (claim)-[:HAS_OBJECT]->(other:Entity)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN claim.summary AS statement, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.stance = 'asserted' THEN 'says' ELSE claim.stance END AS stance,
       one.name AS subject, claim.predicate AS relationship, other.name AS object,
       coalesce(speaker.name, source.publisher) AS `said by`, claim.reported_on AS reported,
       claim.reliability + claim.credibility AS grade, source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY claim.reported_from, publisher, claim.id
