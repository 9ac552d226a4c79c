// title: How sanctions are evaded
// description: The methods of evasion, who uses them, and the ships, companies and sea areas tied to them.
// theme: evasion
// result: graph
MATCH chain = (:Entity)-[:USES]->(:EvasionMethod)
RETURN chain
UNION
MATCH chain = (:EvasionMethod)-[:LINKED_TO|CONCERNS|FUNDS]-(:Entity)
RETURN chain
UNION
MATCH chain = (:Event {kind: 'transfer at sea'})-[:CARRIES|LOCATED_IN|TOOK_PART_IN|SENT_BY|RECEIVED_BY|CONCERNS]-(:Entity)
RETURN chain
