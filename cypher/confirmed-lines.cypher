// title: What several publishers and speakers say
// description: Lines asserted by at least so many speakers in documents of at least so many publishers. They may mean different occasions (the notes tell), may have copied one another, and a state and its minister count as two. Our own inferences and withdrawn statements do not count; how many deny the line stands beside.
// theme: evidence
// parameters:
//   least: {type: integer, default: 2, min: 2, max: 20, description: Publishers and speakers at least}
//   relationship: {type: relationship, optional: true, description: Kind of line; empty for all}
// result: table
MATCH (claim:Claim {stance: 'asserted'})-[:HAS_OBJECT]->(other:Entity)
WHERE claim.withdrawn_on = '' AND claim.asserted_by <> 'armsgraph-editors' AND ($relationship IS NULL OR claim.predicate = $relationship)
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH one, claim.predicate AS predicate, other, source, speaker ORDER BY source.publisher, speaker.name
WITH one, predicate, other, collect(DISTINCT source.publisher) AS publishers, collect(DISTINCT speaker.name) AS speakers
WHERE size(publishers) >= $least AND size(speakers) >= $least
MATCH (one)-[line]->(other) WHERE type(line) = predicate
RETURN one.name AS from, predicate AS relationship, other.name AS to, line.stance AS stance, line.grade AS `best grade`,
       publishers, speakers AS `said by`, line.details AS notes,
       COUNT { (:Claim {stance: 'denied', predicate: predicate, subject: one.id, object: other.id, withdrawn_on: ''}) } AS denials
ORDER BY size(publishers) DESC, size(speakers) DESC, from, relationship, to
