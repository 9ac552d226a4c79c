// title: Which plants were visited, and what they make
// description: Each statement of a visit to a plant, with what the plant is said to make. A visit shows interest; that the plant makes arms for export is for the other statements to carry. Where the plant is a group, its size is given. Denied, inferred and withdrawn statements are marked.
// theme: production
// parameters:
//   visitor: {type: entity, label: Person, optional: true, description: One visitor; empty for all}
//   since: {type: date, optional: true, description: Visits that may lie on this date or later; those without a date are left out then}
// result: table
MATCH (person:Entity)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'VISITED'})-[:HAS_OBJECT]->(facility:Facility)
WHERE ($visitor IS NULL OR person.id = $visitor)
  AND ($since IS NULL OR (claim.valid_earliest <> '' AND claim.valid_latest = '') OR claim.valid_latest >= $since['first'])
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN facility.name AS plant, facility.groupSize AS `group of`, person.name AS visitor,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.valid_from AS `not before`, claim.valid_to AS `not after`, claim.detail AS note, COLLECT {
         MATCH (facility)-[line:PRODUCES]->(product:Entity) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
         RETURN product.name AS name ORDER BY name
       } AS `said to make`, speaker.name AS `said by`, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY CASE WHEN claim.valid_earliest <> '' THEN claim.valid_earliest ELSE claim.valid_latest END, plant, visitor, claim.id
