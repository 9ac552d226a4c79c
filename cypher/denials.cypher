// title: Who denies what
// description: Each denial, beside those who assert the same; a line without any assertion stands on the denial alone.
// result: table
MATCH (denial:Claim {stance: 'denied'})-[:HAS_SUBJECT]->(subject:Entity)
OPTIONAL MATCH (denial)-[:HAS_OBJECT]->(object:Entity)
OPTIONAL MATCH (denial)-[:ASSERTED_BY]->(speaker:Entity)
MATCH (denial)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim:Claim {stance: 'asserted', predicate: denial.predicate, subject: denial.subject, object: denial.object})
      -[:ASSERTED_BY]->(against:Entity)
WITH denial, subject, object, speaker, source, collect(DISTINCT against.name) AS asserting
RETURN speaker.name AS `denied by`, subject.name AS subject, denial.predicate AS relationship, object.name AS object,
       denial.reported_on AS reported, denial.summary AS denial, asserting AS `asserted by`, source.publisher AS publisher,
       denial.paragraph AS paragraph
ORDER BY size(asserting) DESC, `denied by`, subject, object
