// title: What is said to come back, by kind
// description: How many speakers name each kind of payment, goods or help that goes to a state. It counts speakers and not amounts, and a speaker who only finds it likely counts too. Denied, inferred and withdrawn statements do not count.
// theme: finance
// parameters:
//   state: {type: entity, label: State, default: north-korea, description: The state that is paid}
// result: chart
// chart: {kind: bar, x: what comes back, y: speakers, by: giver}
CALL () {
  MATCH (giver:Entity)-[line:PAYS]->(:Entity {id: $state})
  WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
  MATCH (claim:Claim {predicate: 'PROVIDES', subject: giver.id})-[:HAS_OBJECT]->(goods:Entity)
  RETURN giver, claim, goods
  UNION
  MATCH (payment:Event {kind: 'payment'})-[line:RECEIVED_BY]->(:Entity {id: $state})
  WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
  MATCH (payment)-[sent:SENT_BY]->(giver:Entity)
  WHERE sent.stance <> 'denied' AND sent.withdrawn_on IS NULL
  MATCH (claim:Claim {predicate: 'CARRIES', subject: payment.id})-[:HAS_OBJECT]->(goods:Entity)
  RETURN giver, claim, goods
}
WITH * WHERE claim.stance = 'asserted' AND claim.withdrawn_on = ''
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH goods, giver, coalesce(speaker.name, source.publisher) AS voice ORDER BY voice
WITH goods, giver, collect(DISTINCT voice) AS voices
RETURN goods.name AS `what comes back`, giver.name AS giver, size(voices) AS speakers, voices AS `said by`
ORDER BY speakers DESC, `what comes back`, giver
