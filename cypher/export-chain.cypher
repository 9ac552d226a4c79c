// title: How arms leave the country, and who receives them
// description: Exporters and sellers, shipments with ships, cargo and ports, routes, and the use of the arms, for one receiving state.
// theme: export
// parameters:
//   state: {type: entity, label: State, default: russia, description: The state that receives}
// result: graph
MATCH chain = (:Entity)-[:EXPORTS_TO]->(:Entity {id: $state})
RETURN chain
UNION
MATCH (shipment:Event {kind: 'shipment'})-[:RECEIVED_BY]->(:Entity {id: $state})
MATCH chain = (shipment)-[:SENT_BY|RECEIVED_BY|CARRIES|CARRIED_BY|DEPARTS_FROM|ARRIVES_AT]->(:Entity)
RETURN chain
UNION
MATCH (shipment:Event {kind: 'shipment'})-[:RECEIVED_BY]->(:Entity {id: $state})
MATCH (shipment)-[:DEPARTS_FROM|ARRIVES_AT]->(port:Place)
MATCH chain = (:Ship)-[:DEPARTS_FROM|ARRIVES_AT]->(port)
RETURN chain
UNION
MATCH chain = (:Entity)-[line:ROUTE_TO WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->{1,4}(:Entity {id: $state})
RETURN chain
UNION
MATCH chain = (:Entity {id: $state})-[:USES]->(:Goods)-[:USED_IN]->(:Conflict)
RETURN chain
