// title: Who denies what
// description: Each denial, beside those who assert the same; a line without any assertion stands on the denial alone. That a name is absent from a list is no denial; see "Who is on which list, and who is said to be on none". Denials and assertions that their source took back do not count.
// theme: evidence
// parameters:
//   entity: {type: entity, optional: true, description: "What the denial is about, or who denies; empty for all"}
//   relationship: {type: relationship, optional: true, description: Kind of line that is denied; empty for all}
// result: table
MATCH (no:Claim {stance: 'denied'})-[:HAS_SUBJECT]->(one:Entity)
WHERE no.withdrawn_on = '' AND ($relationship IS NULL OR no.predicate = $relationship)
OPTIONAL MATCH (no)-[:HAS_OBJECT]->(other:Entity)
OPTIONAL MATCH (no)-[:ASSERTED_BY]->(speaker:Entity)
MATCH (no)-[:FROM_SOURCE]->(source:Source)
WITH * WHERE $entity IS NULL OR $entity IN [one.id, other.id, speaker.id]
WITH *, COLLECT {
       MATCH (claim:Claim {stance: 'asserted', predicate: no.predicate, subject: no.subject, object: no.object})
             -[:ASSERTED_BY]->(against:Entity)
       WHERE claim.withdrawn_on = ''
       RETURN DISTINCT against.name AS name ORDER BY name
     } AS asserting
RETURN speaker.name AS `denied by`, one.name AS subject, no.predicate AS relationship, other.name AS object,
       no.reported_on AS reported, no.summary AS denial, asserting AS `asserted by`, source.publisher AS publisher,
       no.paragraph AS paragraph
ORDER BY size(asserting) DESC, `denied by`, subject, object, no.id
