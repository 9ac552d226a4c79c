// title: Who is on one authority's list, but not on another's
// description: Entities that a standing statement puts on the first list and nothing undisputed puts on the second. "Nothing held" means that no statement tells; it is not proof that the second authority does not list them.
// theme: designations
// parameters:
//   here: {type: choice, choices: "MATCH (list:Regime) RETURN list.id AS id, list.name AS name ORDER BY name", default: regime-eu, description: Listed by}
//   there: {type: choice, choices: "MATCH (list:Regime) RETURN list.id AS id, list.name AS name ORDER BY name", default: regime-ofac, description: Not listed by}
// result: table
MATCH (listed:Entity)-[here:DESIGNATED_BY]->(:Regime {id: $here})
WHERE here.stance <> 'denied' AND here.withdrawn_on IS NULL
OPTIONAL MATCH (listed)-[there:DESIGNATED_BY]->(:Regime {id: $there})
WITH * WHERE there IS NULL OR there.stance <> 'asserted' OR there.withdrawn_on IS NOT NULL
RETURN listed.name AS entity, listed.type AS type, here.details AS `reference on the first`, here.valid_from AS `listed since`,
       here.stance AS stance,
       CASE WHEN there IS NULL THEN 'nothing held' WHEN there.withdrawn_on IS NOT NULL THEN 'withdrawn ' + there.withdrawn_on
            WHEN there.stance = 'contested' THEN 'contested' ELSE 'said not to be listed' END AS `on the second`, COLLECT {
         MATCH (listed)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'DESIGNATED_BY', object: $there, stance: 'denied'})-[:ASSERTED_BY]->(speaker:Entity)
         WHERE claim.withdrawn_on = ''
         RETURN DISTINCT speaker.name AS name ORDER BY name
       } AS `who says it is not`
ORDER BY entity, listed.id
