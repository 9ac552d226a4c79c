// title: Who says what comes back, and how surely
// description: Each statement on payment, goods or help that goes to a state in return, in the words of the source such as "likely", with its grade. What a giver provides is read as a return where the giver is said to pay the state; the notes tell. Denied, inferred and withdrawn statements are marked.
// theme: finance
// parameters:
//   state: {type: entity, label: State, default: north-korea, description: The state that is paid}
// result: table
CALL () {
  MATCH (claim:Claim {predicate: 'PAYS', object: $state})
  RETURN claim
  UNION
  MATCH (giver:Entity)-[line:PAYS]->(:Entity {id: $state})
  WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
  MATCH (claim:Claim {predicate: 'PROVIDES', subject: giver.id})
  RETURN claim
  UNION
  MATCH (payment:Event {kind: 'payment'})-[line:RECEIVED_BY]->(:Entity {id: $state})
  WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
  MATCH (claim:Claim {predicate: 'CARRIES', subject: payment.id})
  RETURN claim
}
MATCH (claim)-[:HAS_SUBJECT]->(one:Entity)
MATCH (claim)-[:HAS_OBJECT]->(other:Entity)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN one.name AS subject, claim.predicate AS relationship, other.name AS object, claim.detail AS note, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.value AS number, claim.unit AS unit, speaker.name AS `said by`, claim.reported_on AS reported,
       claim.reliability + claim.credibility AS grade, source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY object, subject, relationship, claim.reported_from, claim.id
