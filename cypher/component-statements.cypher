// title: What is said of each component, and by whom
// description: Each statement on what a component belongs to, where it comes from, and who makes, sells or gives it, with shares and numbers as given. Denied, inferred and withdrawn statements are marked.
// theme: components
// parameters:
//   component: {type: entity, label: Component, optional: true, description: One component; empty for all}
// result: table
MATCH (part:Component)<-[link:HAS_SUBJECT|HAS_OBJECT]-(claim:Claim)
WHERE $component IS NULL OR part.id = $component
MATCH (claim)-[other:HAS_SUBJECT|HAS_OBJECT]->(end:Entity)
WHERE type(other) <> type(link)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH *, CASE type(link) WHEN 'HAS_SUBJECT' THEN [part, end] ELSE [end, part] END AS ends
RETURN part.name AS component, ends[0].name AS subject, claim.predicate AS relationship, ends[1].name AS object, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit, claim.detail AS note,
       speaker.name AS `said by`, claim.reported_on AS reported, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY component, relationship, subject, object, claim.reported_from, claim.id
