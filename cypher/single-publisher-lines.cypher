// title: Which lines rest on a single publisher
// description: Lines whose standing assertions all come from documents of one publisher, however many documents and speakers these hold. Inferences are left out, as nobody publishes them. Contested lines are among them; what is only denied is not.
// theme: evidence
// parameters:
//   relationship: {type: relationship, default: PRODUCES, description: Kind of line}
// result: table
MATCH (claim:Claim {predicate: $relationship, stance: 'asserted'})-[:HAS_OBJECT]->(other:Entity)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = ''
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH one, other, claim, source, speaker ORDER BY source.date, source.id, speaker.name
WITH one, other, collect(DISTINCT source.publisher) AS publishers, collect(DISTINCT source.title) AS documents,
     collect(DISTINCT speaker.name) AS speakers, count(DISTINCT claim) AS statements
WHERE size(publishers) <= 1
MATCH (one)-[line]->(other) WHERE type(line) = $relationship
RETURN one.name AS from, type(line) AS relationship, other.name AS to, line.stance AS stance, line.grade AS `best grade`,
       statements, speakers AS `said by`, publishers[0] AS publisher, documents
ORDER BY publisher, from, to
