// title: How components reach a state
// description: Suppliers, buyers, companies abroad and ways of evasion that tie a state to components, as far as a statement on them mentions the word, and the places where such companies stand. Contested lines are dashed and denied ones dotted.
// theme: components
// parameters:
//   state: {type: entity, label: State, default: north-korea, description: The state that obtains them}
//   word: {type: text, default: component, description: The word that the statement mentions}
// result: graph
MATCH (claim:Claim)-[:HAS_SUBJECT|HAS_OBJECT]->(:Entity {id: $state})
WHERE toLower(claim.summary + ' ' + claim.detail) CONTAINS toLower($word)
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:HAS_OBJECT]->(other:Entity)
MATCH chain = (one)-[line:SUPPLIES|ACTS_FOR|FRONTS_FOR|COOPERATES_WITH|OWNS|USES|PROVIDES|SELLS]->(other)
WHERE claim.id IN line.claims
RETURN chain
UNION
MATCH chain = (:Entity {id: $state})-[:OWNS|SUPPLIES|ACTS_FOR|FRONTS_FOR|COOPERATES_WITH]-(agent:Entity)-[:LOCATED_IN]->(:Place)
WHERE EXISTS { (agent)<-[:HAS_SUBJECT]-(claim:Claim)
               WHERE toLower(claim.summary + ' ' + claim.detail) CONTAINS toLower($word) }
RETURN chain
