// title: Who gave orders to whom
// description: Orders to plants and bodies, the events that stand for them, and what was ordered. Contested lines are dashed and denied ones dotted.
// theme: reporting
// parameters:
//   receiver: {type: entity, optional: true, description: Who received the order; empty for all}
// result: graph
MATCH chain = (:Entity)-[:ORDERED]->(receiver:Entity)
WHERE $receiver IS NULL OR receiver.id = $receiver
RETURN chain
UNION
MATCH (event:Event {kind: 'order'})-[:RECEIVED_BY]->(receiver:Entity)
WHERE $receiver IS NULL OR receiver.id = $receiver
MATCH chain = (event)-[:SENT_BY|RECEIVED_BY|CONCERNS]->(:Entity)
RETURN chain
