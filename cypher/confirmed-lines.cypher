// title: What several speakers say
// description: Lines that at least so many speakers assert, counted by who speaks and not by document, so that outlets which quote one minister make one, and an outlet adds nothing to those whom it quotes for the same. It is what the filter “Independent speakers” counts. They may mean different occasions (the notes tell), and a state and its minister count as two. Inferences and withdrawn statements do not count; how many deny the line stands beside.
// theme: evidence
// parameters:
//   least: {type: integer, default: 2, min: 2, max: 20, description: Speakers at least}
//   relationship: {type: relationship, optional: true, description: Kind of line; empty for all}
// result: table
MATCH (one:Entity)-[line]->(other:Entity)
WHERE line.stance IN ['asserted', 'contested'] AND line.withdrawn_on IS NULL AND size(line.speakers) >= $least
  AND ($relationship IS NULL OR type(line) = $relationship)
RETURN one.name AS from, type(line) AS relationship, other.name AS to, line.stance AS stance, line.grade AS `best grade`,
       COLLECT { MATCH (speaker:Entity) WHERE speaker.id IN line.speakers RETURN speaker.name ORDER BY speaker.name } AS `said by`,
       COLLECT { MATCH (source:Source)<-[:FROM_SOURCE]-(claim:Claim {stance: 'asserted'}) WHERE claim.id IN line.claims
                 RETURN DISTINCT source.publisher ORDER BY source.publisher } AS publishers, line.details AS notes,
       COUNT { (:Claim {stance: 'denied', predicate: type(line), subject: one.id, object: other.id, withdrawn_on: ''}) } AS denials
ORDER BY size(line.speakers) DESC, size(publishers) DESC, from, relationship, to
