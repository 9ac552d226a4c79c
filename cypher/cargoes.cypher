// title: Which ships and shipments carried what
// description: Each statement about the cargo of a ship or a shipment, with the words of the source such as "could contain". Room for a cargo is no cargo, and payments are left out. Denied, inferred and withdrawn statements are marked.
// theme: export
// parameters:
//   cargo: {type: entity, label: Goods, optional: true, description: One kind of goods; empty for all}
// result: table
MATCH (carrier:Entity)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'CARRIES'})-[:HAS_OBJECT]->(goods:Entity)
WHERE ($cargo IS NULL OR goods.id = $cargo) AND (carrier:Ship OR carrier.kind IN ['shipment', 'transfer at sea'])
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN carrier.name AS `ship or shipment`, goods.name AS cargo, claim.detail AS note, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       speaker.name AS `said by`, claim.reported_on AS reported, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY `ship or shipment`, cargo, claim.reported_from, claim.id
