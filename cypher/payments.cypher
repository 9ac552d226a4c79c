// title: What comes back
// description: Payments, goods and technology that go to a state in return, and the assets held for it.
// theme: finance
// parameters:
//   state: {type: entity, label: State, default: north-korea, description: The state that is paid}
// result: graph
MATCH chain = (:Entity)-[:PAYS|HOLDS_ASSETS_OF|FUNDS]->(:Entity {id: $state})
RETURN chain
UNION
MATCH (payer:Entity)-[line:PAYS WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->(:Entity {id: $state})
MATCH chain = (payer)-[:PROVIDES]->(:Entity)
RETURN chain
UNION
MATCH (payment:Event {kind: 'payment'})-[:RECEIVED_BY]->(:Entity {id: $state})
MATCH chain = (payment)-[:SENT_BY|RECEIVED_BY|CARRIES|FUNDS|CONCERNS]->(:Entity)
RETURN chain
