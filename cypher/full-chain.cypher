// title: From command to customer
// description: Who commands the plants, what the named plants make, how it is shipped, who receives it, and what is denied. The chain of command does not go on beyond a line that is only denied, or was withdrawn.
// theme: export
// parameters:
//   commission: {type: entity, default: second-economic-commission, description: The body over the plants}
//   state: {type: entity, label: State, default: russia, description: The state that receives}
// result: graph
MATCH chain = (:Entity {id: $commission})-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->{1,4}(:Entity)
RETURN chain
UNION
MATCH chain = (:Entity {id: $commission})<-[line:REPORTS_TO WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-(:Factory)-[:PRODUCES]->(:Goods)
RETURN chain
UNION
MATCH (:Entity {id: $commission})<-[line:REPORTS_TO WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-(plants:Factory)
MATCH chain = (plants)-[:EXPORTS_TO]->(:Entity {id: $state})
RETURN chain
UNION
MATCH (shipment:Event {kind: 'shipment'})-[:RECEIVED_BY]->(:Entity {id: $state})
MATCH chain = (shipment)-[:RECEIVED_BY|CARRIES|DEPARTS_FROM|ARRIVES_AT]->(:Entity)
RETURN chain
UNION
MATCH (shipment:Event {kind: 'shipment'})-[:RECEIVED_BY]->(:Entity {id: $state})
MATCH (shipment)-[:SENT_BY]->(sender:Entity)
MATCH chain = (sender)-[:EXPORTS_TO]->(:Entity {id: $state})
RETURN chain
