// title: What the graph holds, by type
// description: Entities by their type. What stands for several, such as four factories that nobody names, counts as a group and not as one of the type.
// theme: housekeeping
// result: chart
// chart: {kind: bar, x: type, y: entities, by: counted}
MATCH (one:Entity)
WITH one.type AS type, CASE WHEN one.groupSize IS NULL THEN 'single' ELSE 'groups' END AS counted, count(*) AS entities
RETURN type, counted, entities
ORDER BY counted DESC, entities DESC, type
