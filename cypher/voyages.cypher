// title: Which voyages are reported
// description: Each statement that a ship or a shipment left or reached a port or a coast, in order of time. One voyage may have several rows, and most statements name no day. Denied, inferred and withdrawn statements are marked.
// theme: export
// parameters:
//   place: {type: entity, label: Place, optional: true, description: One port or place; empty for all}
//   since: {type: date, optional: true, description: Only what may lie on this date or later; empty for any time}
//   until: {type: date, optional: true, description: Only what may lie on this date or earlier; empty for any time}
// result: table
MATCH (carrier:Entity)<-[:HAS_SUBJECT]-(claim:Claim)-[:HAS_OBJECT]->(port:Entity)
WHERE claim.predicate IN ['DEPARTS_FROM', 'ARRIVES_AT'] AND ($place IS NULL OR port.id = $place)
WITH *, CASE WHEN claim.valid_latest <> '' THEN claim.valid_latest ELSE claim.reported_until END AS latest
WHERE ($since IS NULL OR latest >= $since['first']) AND ($until IS NULL OR claim.valid_earliest <= $until['last'])
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN carrier.name AS `ship or shipment`, claim.predicate AS movement, port.name AS place, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.valid_from AS `not before`, claim.valid_to AS `not after`, claim.detail AS note, speaker.name AS `said by`,
       claim.reported_on AS reported, claim.reliability + claim.credibility AS grade, source.publisher AS publisher,
       claim.paragraph AS paragraph
ORDER BY claim.valid_earliest, latest, `ship or shipment`, claim.predicate DESC, claim.id
