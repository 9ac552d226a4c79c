// title: What the graph holds, by type
// description: Entities by their type. A group of unnamed ones, such as four factories, is one entity.
// theme: housekeeping
// result: chart
// chart: {kind: bar, x: type, y: entities}
MATCH (one:Entity)
RETURN one.type AS type, count(*) AS entities
ORDER BY entities DESC, type
