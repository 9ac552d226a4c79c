// title: Chain of reporting
// description: Who stands above an entity and who below it, up to a depth, with the people who hold posts there. The chain goes on beyond a contested line, but not beyond one that is only denied, or was withdrawn.
// theme: reporting
// parameters:
//   entity: {type: entity, default: second-economic-commission, description: Where the chain is taken up}
//   depth: {type: integer, default: 4, min: 1, max: 8, description: Steps up and down}
// result: graph
MATCH chain = (:Entity {id: $entity})-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->{0,8}(:Entity)
WHERE length(chain) <= $depth
RETURN chain
UNION
MATCH chain = (:Entity {id: $entity})<-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-{1,8}(:Entity)
WHERE length(chain) <= $depth
RETURN chain
UNION
MATCH up = (:Entity {id: $entity})-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->{0,8}(office:Entity)
WHERE length(up) <= $depth
MATCH chain = (:Person)-[:HOLDS_POST_IN]->(office)
RETURN chain
UNION
MATCH down = (:Entity {id: $entity})<-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-{1,8}(office:Entity)
WHERE length(down) <= $depth
MATCH chain = (:Person)-[:HOLDS_POST_IN]->(office)
RETURN chain
