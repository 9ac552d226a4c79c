// title: Who stands on which list, authority by authority
// description: A row for each entity and authority - listed, listed once and ended, said by a source not to be listed, not found in the edition searched, or not checked - with since, number, programme and edition. Absence is no denial. "Not found" counts searches that a claim tells of; the page /listings also searches the lists that are loaded, by name. What lies under a body follows lines of reporting, parts, posts, agents and ownership, inferred ones too.
// theme: designations
// parameters:
//   under: {type: entity, optional: true, default: second-economic-commission, description: Everything under this body; empty for all that anybody tells of}
//   type: {type: type, optional: true, description: Type of entity; empty for all}
//   rows: {type: choice, choices: [all, where authorities differ], default: all, description: Which rows}
// result: table
CALL () {
  MATCH (top:Entity {id: $under})
  MATCH (top) (()<-[line:REPORTS_TO|PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]-()){0,6} (body:Entity)
  WITH DISTINCT body
  OPTIONAL MATCH (body)<-[line:HOLDS_POST_IN|ACTS_FOR|FRONTS_FOR]-(one:Entity) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
  OPTIONAL MATCH (body)-[owned:OWNS|MANAGES]->(firm:Entity) WHERE owned.stance <> 'denied' AND owned.withdrawn_on IS NULL
  UNWIND [body, one, firm] AS found
  WITH DISTINCT found WHERE found:Person OR found:Organization OR found:Ship OR found:Aircraft
  RETURN found
  UNION
  MATCH (claim:Claim {predicate: 'DESIGNATED_BY'})-[:HAS_SUBJECT]->(found:Entity) WHERE $under IS NULL
  RETURN DISTINCT found
}
WITH found WHERE $type IS NULL OR $type IN labels(found)
MATCH (list:Regime) WHERE EXISTS { (:Entity)-[:DESIGNATED_BY]->(list) }
CALL (found, list) {
  OPTIONAL MATCH (claim:Claim {predicate: 'DESIGNATED_BY', subject: found.id, object: list.id})-[:FROM_SOURCE]->(source:Source)
  OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
  WITH *, CASE WHEN claim.withdrawn_on <> '' THEN claim.withdrawn_on ELSE claim.valid_to END AS end,
       source.kind = 'list' OR claim.asserted_by = list.id AS entry
  WITH *, CASE WHEN claim.stance = 'asserted' AND claim.withdrawn_on = '' AND (end = '' OR claim.valid_latest >= toString(date())) THEN 1
               WHEN claim.stance = 'asserted' THEN 2 WHEN claim IS NULL OR claim.withdrawn_on <> '' THEN 5
               WHEN claim.stance = 'not found' THEN 4 ELSE 3 END AS rank
  ORDER BY rank, claim.asserted_by <> list.id, claim.valid_earliest, claim.id
  WITH min(rank) AS best, collect([rank, claim.valid_from, end, CASE WHEN entry THEN claim.paragraph END,
       CASE WHEN rank < 3 AND entry AND claim.detail <> claim.paragraph THEN claim.detail END,
       CASE WHEN rank = 4 THEN claim.detail WHEN rank < 3 AND entry THEN CASE WHEN source.date <> '' THEN source.date ELSE claim.reported_on END END,
       speaker.name, claim.reported_on]) AS told
  RETURN best, [part IN told WHERE part[0] = best AND best < 5] AS parts
}
WITH *, CASE best WHEN 1 THEN 'listed' WHEN 2 THEN 'listed once, ended' WHEN 3 THEN 'said not to be listed' WHEN 4 THEN 'not found' ELSE 'not checked' END AS state
WITH found, collect([list.name, state, parts, best]) AS cells
WHERE $rows = 'all' OR any(cell IN cells WHERE cell[3] = 1) AND any(cell IN cells WHERE cell[3] IN [2, 3, 4])
UNWIND cells AS cell
RETURN found.name AS entity, found.type AS type, cell[0] AS authority, cell[1] AS state,
       CASE WHEN cell[3] < 3 THEN [part IN cell[2] WHERE part[1] <> '' | part[1]][0] END AS since,
       CASE cell[3] WHEN 2 THEN cell[2][-1][2] END AS until,
       COLLECT { UNWIND cell[2] AS part WITH part WHERE part[3] <> '' AND cell[3] < 3 RETURN DISTINCT part[3] AS number ORDER BY number } AS number,
       COLLECT { UNWIND cell[2] AS part WITH part WHERE part[4] <> '' RETURN DISTINCT part[4] AS programme ORDER BY programme } AS programme,
       COLLECT { UNWIND cell[2] AS part WITH part WHERE part[5] <> '' RETURN DISTINCT part[5] AS edition ORDER BY edition } AS `edition, or edition searched`,
       COLLECT { UNWIND cell[2] AS part WITH part WHERE part[6] <> '' RETURN DISTINCT part[6] + CASE WHEN cell[3] > 2 THEN ', ' + part[7] ELSE '' END AS who ORDER BY who } AS `who says so, or looked`,
       COLLECT {
         MATCH (found)-[same:SAME_AS]-(other:Entity)-[line:DESIGNATED_BY]->(:Regime {name: cell[0]})
         WHERE cell[3] > 2 AND same.withdrawn_on IS NULL AND line.stance <> 'denied' AND line.withdrawn_on IS NULL
         RETURN DISTINCT other.name + CASE same.stance WHEN 'denied' THEN ' (not the same)' ELSE ' (may be the same)' END AS near ORDER BY near
       } AS `listed double or near miss`
ORDER BY entity, found.id, authority
