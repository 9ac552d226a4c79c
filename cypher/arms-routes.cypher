// title: Which way arms go from one entity to another
// description: The shortest routes along lines that carry arms or the orders for them, in the direction in which they go, from command over makers, goods and shipments to who receives; through no other state, place or sanctions authority, no visit and no meeting. Inferred and contested lines count, denied and withdrawn ones do not. A kind of goods joins a maker with a shipment, though no line says that the same pieces went all the way.
// theme: export
// parameters:
//   start: {type: entity, label: From, default: workers-party-of-korea, description: Who commands or makes}
//   goal: {type: entity, label: To, default: russia, description: Who receives}
// result: graph
MATCH route = SHORTEST 8 (:Entity {id: $start}) (
  (here:Entity)-[line:HOLDS_POST_IN|ORDERED|PRODUCES|SUPPLIES|COMPONENT_OF|EXPORTS_TO|SELLS|RECEIVED_BY|CARRIED_BY|ARRIVES_AT|ROUTE_TO|USED_IN|TRANSFERS_TO|REPORTS_TO|PART_OF|ACTS_FOR|FRONTS_FOR|ORIGINATES_IN|SENT_BY|CARRIES|DEPARTS_FROM|USES]-(there:Entity)
  WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
    AND (startNode(line) = here) = (type(line) IN ['HOLDS_POST_IN', 'ORDERED', 'PRODUCES', 'SUPPLIES', 'COMPONENT_OF', 'EXPORTS_TO', 'SELLS', 'RECEIVED_BY', 'CARRIED_BY', 'ARRIVES_AT', 'ROUTE_TO', 'USED_IN', 'TRANSFERS_TO'])
    AND (there.id = $goal OR NOT there:State|Province|City|Regime AND coalesce(there.kind, 'order') IN ['order', 'shipment', 'transfer at sea'])
){1,8} (:Entity {id: $goal})
RETURN route
