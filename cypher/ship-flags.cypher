// title: Under which flags ships sail, and which changed theirs
// description: Each statement on a ship's flag, in order of time, and how many different flags standing statements give the ship. Two flags may mean a change or a disagreement; the dates and speakers tell. Denied, inferred and withdrawn statements are marked and not counted.
// theme: evasion
// parameters:
//   least: {type: integer, default: 1, min: 1, max: 20, description: Ships with at least so many flags}
// result: table
MATCH (vessel:Ship)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'FLAGGED_IN'})-[:HAS_OBJECT]->(state:Entity)
WITH *, COUNT {
       MATCH (vessel)-[line:FLAGGED_IN]->(flag:Entity) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
       RETURN DISTINCT flag
     } AS flags
WHERE flags >= $least
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN vessel.name AS ship, vessel.imoNumber AS `IMO number`, flags, state.name AS flag, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.valid_from AS since, claim.valid_to AS until, claim.detail AS note, speaker.name AS `said by`,
       claim.reported_on AS reported, claim.reliability + claim.credibility AS grade, source.publisher AS publisher,
       claim.paragraph AS paragraph
ORDER BY flags DESC, ship, vessel.id, CASE WHEN claim.valid_earliest <> '' THEN claim.valid_earliest ELSE claim.reported_from END, claim.id
