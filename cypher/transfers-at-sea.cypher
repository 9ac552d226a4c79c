// title: Who transfers cargo from ship to ship, what, and where
// description: Ships that pass cargo to each other at sea, and the transfers reported without names of ships, with cargo, waters and those who take part.
// theme: evasion
// result: graph
MATCH chain = (:Ship)-[:TRANSFERS_TO]->(:Ship)
RETURN chain
UNION
MATCH chain = (:Event {kind: 'transfer at sea'})-[:CARRIES|CARRIED_BY|LOCATED_IN|TOOK_PART_IN|SENT_BY|RECEIVED_BY]-(:Entity)
RETURN chain
UNION
MATCH (:Event {kind: 'transfer at sea'})<-[:TOOK_PART_IN]-(vessel:Ship)
MATCH chain = (vessel)-[:DEPARTS_FROM|ARRIVES_AT|FLAGGED_IN|REFITTED_AT]->(:Entity)
RETURN chain
