// title: How much is said about an entity
// description: Standing statements about one entity, assertions and denials together, its names and list numbers included. Much reported is not well proven.
// theme: evidence
// parameters:
//   entity: {type: entity, default: russia, description: The entity}
// result: number
// unit: statements
MATCH (:Entity {id: $entity})<-[:HAS_SUBJECT|HAS_OBJECT]-(claim:Claim)
WHERE claim.withdrawn_on = ''
RETURN count(DISTINCT claim) AS statements
