// title: Which entities have no line to any other
// description: Entities that no line touches, with the statements about them and those they make. Most are speakers, whose statements are about others.
// theme: housekeeping
// parameters:
//   type: {type: type, optional: true, description: Type of entity; empty for all}
// result: table
MATCH (one:Entity)
WHERE ($type IS NULL OR $type IN labels(one)) AND NOT EXISTS { (one)--(:Entity) }
RETURN one.name AS entity, one.type AS type, COUNT { (one)<-[:HAS_SUBJECT|HAS_OBJECT]-(:Claim) } AS `statements about it`,
       COUNT { (one)<-[:ASSERTED_BY]-(:Claim) } AS `statements it makes`
ORDER BY `statements it makes`, entity, one.id
