// title: Which lines fall if a source is withdrawn
// description: Every line that one source carries, and whether another source would still carry it.
// parameters:
//   source: {type: text, default: diplomat-2022, description: The id of a source}
// result: table
MATCH (a:Entity)-[line]->(b:Entity)
WHERE $source IN line.sources
RETURN a.name AS from, type(line) AS relationship, b.name AS to, line.stance AS stance,
       CASE WHEN size(line.sources) = 1 THEN 'falls' ELSE 'still carried' END AS outcome,
       [s IN line.sources WHERE s <> $source] AS `other sources`
ORDER BY outcome, from, relationship, to
