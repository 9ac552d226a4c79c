// title: Who visited and met whom
// description: Visits, meetings and those who took part, for one person, factory or state.
// theme: reporting
// parameters:
//   entity: {type: entity, default: kim-jong-un, description: "A person, factory, state or event"}
// result: graph
MATCH chain = (:Entity {id: $entity})-[:VISITED|MET_WITH|TOOK_PART_IN|CONCERNS]-(:Entity)
RETURN chain
UNION
MATCH (:Entity {id: $entity})-[:TOOK_PART_IN]->(event:Event)
MATCH chain = (:Entity)-[:TOOK_PART_IN]->(event)
RETURN chain
UNION
MATCH (:Entity {id: $entity})-[:TOOK_PART_IN]->(event:Event)
MATCH chain = (event)-[:LOCATED_IN|CONCERNS]->(:Entity)
RETURN chain
