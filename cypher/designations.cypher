// title: Who is on which list, and who is said to be on none
// description: Each statement on whether an authority lists an entity. "Said not to be listed" is what a source states, "not found" that somebody searched the edition given; neither is a denial, and neither is counted as one. Ended listings stay, with their end.
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
WITH *, CASE WHEN claim.withdrawn_on = '' OR (claim.valid_to <> '' AND claim.valid_to < claim.withdrawn_on) THEN claim.valid_to ELSE claim.withdrawn_on END AS until
WHERE toLower(list.name) CONTAINS toLower($authority)
RETURN listed.name AS entity, listed.type AS type, list.name AS authority,
       CASE WHEN claim.stance = 'not found' THEN 'not found' WHEN claim.stance <> 'asserted' THEN 'said not to be listed'
            WHEN claim.withdrawn_on <> '' OR (until <> '' AND claim.valid_latest < toString(date())) THEN 'ended' ELSE 'listed' END AS state,
       CASE WHEN source.kind = 'list' AND claim.stance = 'asserted' THEN claim.paragraph ELSE '' END AS `number on the list`,
       claim.detail AS `programme, or edition searched`, claim.valid_from AS since, until,
       claim.reported_on AS `as of`, speaker.name AS `said by`,
       claim.reliability + claim.credibility AS grade, source.publisher + ': ' + source.title AS source
ORDER BY entity, authority, state, claim.id
