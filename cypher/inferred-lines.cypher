// title: What is inferred, and from what
// description: Each line that somebody concludes from other claims, with who does, the claims it rests on, and who says these. A line that is reported too says so; an inference adds no speaker to it.
// theme: evidence
// parameters:
//   relationship: {type: relationship, optional: true, description: Kind of line; empty for all}
// result: table
MATCH (one:Entity)<-[:HAS_SUBJECT]-(claim:Claim)-[:HAS_OBJECT]->(other:Entity)
WHERE claim.inferred_from <> '' AND claim.withdrawn_on = '' AND ($relationship IS NULL OR claim.predicate = $relationship)
MATCH (one)-[line]->(other) WHERE type(line) = claim.predicate
MATCH (claim)-[:ASSERTED_BY]->(editor:Entity)
RETURN one.name AS from, claim.predicate AS relationship, other.name AS to, line.stance AS stance,
       editor.name AS `inferred by`, claim.reliability + claim.credibility AS grade,
       COLLECT { MATCH (premise:Claim) WHERE premise.id IN split(claim.inferred_from, ' ') RETURN premise.summary ORDER BY premise.id } AS because,
       COLLECT { MATCH (premise:Claim)-[:ASSERTED_BY]->(speaker:Entity) WHERE premise.id IN split(claim.inferred_from, ' ')
                 RETURN DISTINCT speaker.name ORDER BY speaker.name } AS `said by`,
       split(claim.inferred_from, ' ') AS premises
ORDER BY from, relationship, to
