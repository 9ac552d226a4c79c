// title: Who is named in reports, but on no list we hold
// description: Single entities (no groups) that documents other than lists and our own notes name, and that nothing standing says any authority lists. That nobody we hold says so is not proof; the columns tell who states that an authority does not list them, who looked in vain in which edition, and which possible double is listed. A contested listing counts as a listing here.
// theme: designations
// parameters:
//   type: {type: type, default: Factory, description: Type of entity}
//   country: {type: choice, choices: "MATCH (entity:Entity) WHERE entity.country <> '' RETURN DISTINCT entity.country AS country ORDER BY country", default: North Korea, optional: true, description: Its country; empty for all}
// result: table
MATCH (one:Entity)
WHERE $type IN labels(one) AND one.groupSize IS NULL AND NOT one:Regime AND ($country IS NULL OR one.country = $country)
  AND NOT EXISTS { (one)-[line:DESIGNATED_BY]->(:Regime) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL AND (line.valid_to = '' OR coalesce(line.valid_latest, line.valid_to) >= toString(date())) }
WITH one, COUNT {
       MATCH (one)<-[:HAS_SUBJECT|HAS_OBJECT]-(claim:Claim)-[:FROM_SOURCE]->(source:Source)
       WHERE coalesce(claim.inferred_from, '') = '' AND claim.asserted_by <> 'armsgraph-editors' AND source.kind <> 'list' AND source.publisher <> 'Armsgraph editors' RETURN DISTINCT source
     } AS reports
WHERE reports > 0
RETURN one.name AS entity, one.type AS type, reports AS `documents that name it`, COLLECT {
         MATCH (one)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'DESIGNATED_BY', stance: 'not listed'})-[:HAS_OBJECT]->(list:Regime)
         WHERE claim.withdrawn_on = ''
         OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
         RETURN DISTINCT list.name + coalesce(' (' + speaker.name + ')', '') AS said ORDER BY said
       } AS `said not to be listed by`, COLLECT {
         MATCH (one)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'DESIGNATED_BY', stance: 'not found'})-[:HAS_OBJECT]->(list:Regime)
         WHERE claim.withdrawn_on = ''
         RETURN DISTINCT list.name + ' (' + claim.detail + ', looked ' + claim.reported_on + ')' AS said ORDER BY said
       } AS `looked for in vain`, COLLECT {
         MATCH (one)-[line:SAME_AS]-(double:Entity) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
         RETURN double.name + CASE WHEN EXISTS { (double)-[list:DESIGNATED_BY]->(:Regime)
                WHERE list.stance <> 'denied' AND list.withdrawn_on IS NULL
                  AND (list.valid_to = '' OR coalesce(list.valid_latest, list.valid_to) >= toString(date())) } THEN ' (listed)' ELSE '' END AS name ORDER BY name
       } AS `may be the same as`
ORDER BY reports DESC, entity, one.id
