// title: In which wars the arms are used, and by whom
// description: Arms said to be used in a war or a place, who took part, and which of these use the arms. Contested lines are dashed and denied ones dotted.
// theme: export
// parameters:
//   war: {type: entity, label: Conflict, optional: true, description: One war; empty for all}
// result: graph
MATCH chain = (:Goods)-[:USED_IN]->(conflict:Entity)
WHERE $war IS NULL OR conflict.id = $war
RETURN chain
UNION
MATCH (conflict:Entity)<-[:USED_IN]-(goods:Goods)
WHERE $war IS NULL OR conflict.id = $war
MATCH (user:Entity)-[:TOOK_PART_IN]->(conflict)
MATCH chain = (user)-[:USES]->(goods)
RETURN chain
UNION
MATCH (:Goods)-[:USED_IN]->(conflict:Entity)
WHERE $war IS NULL OR conflict.id = $war
MATCH chain = (:Entity)-[:TOOK_PART_IN]->(conflict)
RETURN chain
