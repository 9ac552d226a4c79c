// title: When they were listed, and by whom
// description: Entities by the year in which an authority first listed them, as far as a statement gives the date; the others stand under "no date". Listings that ended or were withdrawn since are counted, groups are not.
// theme: designations
// result: chart
// chart: {kind: bar, x: year, y: entities, by: authority}
MATCH (listed:Entity)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'DESIGNATED_BY', stance: 'asserted'})-[:HAS_OBJECT]->(list:Regime)
WHERE listed.groupSize IS NULL AND coalesce(claim.inferred_from, '') = ''
WITH listed, list, min(CASE WHEN claim.valid_earliest <> '' THEN claim.valid_earliest END) AS first
WITH list, coalesce(left(first, 4), 'no date') AS year, count(*) AS entities
RETURN year, list.name AS authority, entities
ORDER BY year, authority
