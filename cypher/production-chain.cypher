// title: What is made, and under whom
// description: The plants below a body of command, what each is said to make, and what goes into it. The chain does not go on beyond a line that is only denied, or was withdrawn.
// theme: production
// parameters:
//   entity: {type: entity, default: second-economic-commission, description: "A commission, department or factory"}
//   depth: {type: integer, default: 4, min: 0, max: 8, description: Steps of command above the plants}
// result: graph
MATCH command = (:Entity {id: $entity})<-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-{0,8}(maker:Entity)-[:PRODUCES]->(:Goods)
WHERE length(command) <= $depth + 1
RETURN command AS chain
UNION
MATCH command = (:Entity {id: $entity})<-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-{0,8}(maker:Entity)-[:PRODUCES]->(product:Goods)
WHERE length(command) <= $depth + 1
MATCH chain = (product)<-[:COMPONENT_OF]-(:Component)
RETURN chain
UNION
MATCH command = (:Entity {id: $entity})<-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-{0,8}(maker:Entity)
WHERE length(command) <= $depth
MATCH chain = (:Entity)-[:SUPPLIES|ORDERED]->(maker)
RETURN chain
