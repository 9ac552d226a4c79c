// title: Who is on one authority's list, but not on another's
// description: Entities that a standing statement puts on the first list and nothing undisputed puts on the second. "Not found" tells of a search in one edition, and "nothing held" that no statement tells; neither is proof that the second authority does not list them.
// theme: designations
// parameters:
//   here: {type: choice, choices: "MATCH (list:Regime) RETURN list.id AS id, list.name AS name ORDER BY name", default: regime-eu, description: Listed by}
//   there: {type: choice, choices: "MATCH (list:Regime) RETURN list.id AS id, list.name AS name ORDER BY name", default: regime-ofac, description: Not listed by}
// result: table
MATCH (listed:Entity)-[here:DESIGNATED_BY]->(:Regime {id: $here})
WHERE here.stance <> 'denied' AND here.withdrawn_on IS NULL AND (here.valid_to = '' OR coalesce(here.valid_latest, here.valid_to) >= toString(date()))
OPTIONAL MATCH (listed)-[there:DESIGNATED_BY]->(:Regime {id: $there})
WITH * WHERE there IS NULL OR there.stance <> 'asserted' OR there.withdrawn_on IS NOT NULL OR NOT (there.valid_to = '' OR coalesce(there.valid_latest, there.valid_to) >= toString(date()))
CALL (listed) {
  OPTIONAL MATCH (listed)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'DESIGNATED_BY', object: $there, withdrawn_on: ''})-[:ASSERTED_BY]->(speaker:Entity)
  WHERE claim.stance <> 'asserted'
  WITH claim, speaker ORDER BY speaker.name
  RETURN collect(claim.stance) AS stances, collect(DISTINCT speaker.name) AS voices
}
RETURN listed.name AS entity, listed.type AS type, here.details AS `reference on the first`, here.valid_from AS `listed since`,
       here.stance AS stance,
       CASE WHEN there.withdrawn_on IS NOT NULL THEN 'withdrawn ' + there.withdrawn_on
            WHEN NOT (there.valid_to = '' OR coalesce(there.valid_latest, there.valid_to) >= toString(date())) THEN 'ended ' + there.valid_to WHEN there IS NOT NULL THEN there.stance
            WHEN 'not listed' IN stances THEN 'said not to be listed'
            WHEN 'not found' IN stances THEN 'not found in the edition searched' ELSE 'nothing held' END AS `on the second`,
       voices AS `who says so or looked`
ORDER BY entity, listed.id
