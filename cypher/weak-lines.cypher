// title: Which lines rest on weak or anonymous speakers alone
// description: Lines that no standing assertion carries with a better letter than the one chosen. C and below is how we grade speakers with no name, those with a side in the war, and outlets that retell others; D is North Korea on its own arms trade, F a source cited without a name. Inferences are left out.
// theme: evidence
// parameters:
//   letter: {type: choice, choices: [B, C, D, E, F], default: C, description: Best letter of reliability that any speaker has}
//   relationship: {type: relationship, optional: true, description: Kind of line; empty for all}
// result: table
MATCH (claim:Claim {stance: 'asserted'})-[:HAS_OBJECT]->(other:Entity)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = '' AND ($relationship IS NULL OR claim.predicate = $relationship)
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH one, claim.predicate AS predicate, other, claim, speaker ORDER BY speaker.name, claim.detail
WITH one, predicate, other, min(claim.reliability) AS best, collect(DISTINCT speaker.name) AS speakers,
     collect(DISTINCT CASE WHEN claim.detail <> '' THEN claim.detail END) AS notes, count(claim) AS statements
WHERE best >= $letter
MATCH (one)-[line]->(other) WHERE type(line) = predicate
RETURN one.name AS from, predicate AS relationship, other.name AS to, line.stance AS stance, best AS `best letter`,
       line.grade AS `best grade`, statements, speakers AS `said by`, notes
ORDER BY best DESC, from, relationship, to
