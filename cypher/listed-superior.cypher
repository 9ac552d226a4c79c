// title: Who is on no list, though an owner, superior or employer is
// description: Entities that nothing standing says any authority lists, one step from one that is listed. It is a pointer and no finding of law. A superior is not an owner, a post may have ended, and rules such as OFAC's 50 percent rule ask for shares of ownership, which the data seldom hold and this query does not add up.
// theme: designations
// parameters:
//   tie: {type: choice, choices: [any, owner or manager, superior, post held, front or agent], default: any, description: What ties it to the listed party}
// result: table
CALL () {
  MATCH (party:Entity)-[line:OWNS|MANAGES|DIRECTOR_OF]->(one:Entity) RETURN one, party, line, 'owner or manager' AS kind
  UNION
  MATCH (one:Entity)-[line:REPORTS_TO|PART_OF]->(party:Entity) RETURN one, party, line, 'superior' AS kind
  UNION
  MATCH (one:Entity)-[line:HOLDS_POST_IN]->(party:Entity) RETURN one, party, line, 'post held' AS kind
  UNION
  MATCH (one:Entity)-[line:FRONTS_FOR|ACTS_FOR]->(party:Entity) RETURN one, party, line, 'front or agent' AS kind
}
WITH * WHERE ($tie = 'any' OR kind = $tie) AND line.stance <> 'denied' AND line.withdrawn_on IS NULL
  AND NOT EXISTS { (one)-[own:DESIGNATED_BY]->(:Regime) WHERE own.stance <> 'denied' AND own.withdrawn_on IS NULL
                   AND (own.valid_to = '' OR coalesce(own.valid_latest, own.valid_to) >= toString(date())) }
WITH *, COLLECT {
       MATCH (party)-[list:DESIGNATED_BY]->(authority:Regime) WHERE list.stance <> 'denied' AND list.withdrawn_on IS NULL
         AND (list.valid_to = '' OR coalesce(list.valid_latest, list.valid_to) >= toString(date()))
       RETURN authority.name AS name ORDER BY name
     } AS lists
WHERE size(lists) > 0
RETURN one.name AS entity, one.type AS type, kind AS tie, type(line) AS relationship, party.name AS `listed party`,
       lists AS `listed by`, line.stance AS stance, line.details AS notes, line.valid_to AS until, line.grade AS `best grade`,
       COLLECT {
         MATCH (one)<-[:HAS_SUBJECT]-(:Claim {predicate: 'DESIGNATED_BY', stance: 'not listed', withdrawn_on: ''})-[:HAS_OBJECT]->(authority:Regime)
         RETURN DISTINCT authority.name AS name ORDER BY name
       } AS `said not to be listed by`
ORDER BY entity, one.id, kind, `listed party`, relationship
