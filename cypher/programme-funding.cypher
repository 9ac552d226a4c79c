// title: What pays for a programme
// description: Everything said to fund a programme, directly or through something else that it funds, up to four steps. Steps that are only denied, or were withdrawn, are left out.
// theme: finance
// parameters:
//   programme: {type: entity, default: nk-weapons-programmes, description: "A programme, an organisation or a state"}
// result: graph
MATCH chain = (:Entity)-[line:FUNDS WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->{1,4}(:Entity {id: $programme})
RETURN chain
