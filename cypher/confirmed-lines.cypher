// title: What several speakers say
// description: Lines that at least so many speakers assert, counted by who speaks and not by document, so that outlets which quote one minister make one. It is what the filter “Independent speakers” counts. They may mean different occasions (the notes tell), and a state and its minister count as two. Inferences and withdrawn statements do not count; how many deny the line stands beside.
// theme: evidence
// parameters:
//   least: {type: integer, default: 2, min: 2, max: 20, description: Speakers at least}
//   relationship: {type: relationship, optional: true, description: Kind of line; empty for all}
// result: table
MATCH (claim:Claim {stance: 'asserted'})-[:HAS_OBJECT]->(other:Entity)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = '' AND ($relationship IS NULL OR claim.predicate = $relationship)
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH one, claim.predicate AS predicate, other, source, speaker ORDER BY source.publisher, speaker.name
WITH one, predicate, other, collect(DISTINCT source.publisher) AS publishers, collect(DISTINCT speaker) AS speakers
WHERE size(speakers) >= $least
MATCH (one)-[line]->(other) WHERE type(line) = predicate
RETURN one.name AS from, predicate AS relationship, other.name AS to, line.stance AS stance, line.grade AS `best grade`,
       [speaker IN speakers | speaker.name] AS `said by`, publishers, line.details AS notes,
       COUNT { (:Claim {stance: 'denied', predicate: predicate, subject: one.id, object: other.id, withdrawn_on: ''}) } AS denials
ORDER BY size(speakers) DESC, size(publishers) DESC, from, relationship, to
