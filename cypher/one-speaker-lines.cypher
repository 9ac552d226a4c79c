// title: What rests on the word of one speaker alone
// description: Lines that nobody else asserts, whatever the document. Inferences count for nobody.
// theme: evidence
// parameters:
//   speaker: {type: entity, default: nti, description: Who says so}
// result: graph
MATCH (:Entity {id: $speaker})<-[:ASSERTED_BY]-(mine:Claim {stance: 'asserted'})-[:HAS_OBJECT]->(other:Entity)
WHERE mine.withdrawn_on = '' AND coalesce(mine.inferred_from, '') = ''
MATCH (mine)-[:HAS_SUBJECT]->(one:Entity)
WITH DISTINCT one, mine.predicate AS predicate, other
WHERE NOT EXISTS {
  MATCH (claim:Claim {predicate: predicate, subject: one.id, object: other.id, stance: 'asserted'})
  WHERE claim.withdrawn_on = '' AND claim.asserted_by <> $speaker AND coalesce(claim.inferred_from, '') = ''
}
MATCH chain = (one)-[line]->(other) WHERE type(line) = predicate
RETURN chain
