// title: Who is sanctioned, and who is said not to be
// description: Each statement that an authority lists an entity, or does not, with list number, dates, speaker and source.
// theme: designations
// parameters:
//   entity: {type: entity, optional: true, description: One entity; empty for all}
//   authority: {type: text, default: "", description: Part of an authority's name; empty for all}
// result: table
MATCH (claim:Claim {predicate: 'DESIGNATED_BY'})-[:HAS_SUBJECT]->(listed:Entity)
WHERE $entity IS NULL OR listed.id = $entity
MATCH (claim)-[:HAS_OBJECT]->(list:Regime)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH * WHERE toLower(list.name) CONTAINS toLower($authority)
RETURN listed.name AS entity, listed.type AS type, list.name AS authority,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'not listed'
            ELSE 'listed' END AS status,
       claim.detail AS reference, claim.valid_from AS since, claim.reported_on AS `as of`,
       CASE WHEN claim.withdrawn_on <> '' THEN claim.withdrawn_on ELSE claim.valid_to END AS until,
       speaker.name AS `said by`,
       claim.reliability + claim.credibility AS grade, source.publisher + ': ' + source.title AS source
ORDER BY entity, authority, status, claim.id
