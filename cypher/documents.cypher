// title: Which documents this is built on
// description: Every document with publisher, date, kind, our letter for its reliability, and how many statements and entities come from it, the newest first. The note says what we hold of it.
// theme: housekeeping
// parameters:
//   kind: {type: choice, choices: "MATCH (source:Source) WHERE source.kind <> '' RETURN DISTINCT source.kind AS kind ORDER BY kind", optional: true, description: Kind of document; empty for all}
// result: table
MATCH (source:Source)
WHERE $kind IS NULL OR source.kind = $kind
RETURN source.publisher AS publisher, source.title AS title, source.date AS date, source.kind AS kind,
       source.language AS language, source.reliability AS reliability,
       COUNT { (source)<-[:FROM_SOURCE]-(:Claim) } AS statements,
       COUNT { MATCH (source)<-[:FROM_SOURCE]-(:Claim)-[:HAS_SUBJECT|HAS_OBJECT]->(one:Entity) RETURN DISTINCT one } AS entities,
       source.url AS address, source.note AS note
ORDER BY date DESC, publisher, source.id
