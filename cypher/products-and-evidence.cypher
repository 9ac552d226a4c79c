// title: What a plant is said to make, and how well that is evidenced
// description: Each maker and product, with how many standing statements say so (inferences apart) and how many deny it, who says so, from how many publishers, and the best grade. Where the maker is a group, its size is given. That a plant could make a product, or was ordered to, counts as well, and the notes tell.
// theme: production
// parameters:
//   maker: {type: entity, optional: true, description: One plant or body; empty for all}
//   product: {type: entity, label: Goods, optional: true, description: One product; empty for all}
// result: table
MATCH (plant:Entity)-[line:PRODUCES]->(goods:Entity)
WHERE ($maker IS NULL OR plant.id = $maker) AND ($product IS NULL OR goods.id = $product)
MATCH (claim:Claim {predicate: 'PRODUCES', subject: plant.id, object: goods.id})-[:FROM_SOURCE]->(source:Source)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = ''
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH plant, goods, line, claim, source, speaker ORDER BY speaker.name, claim.detail
WITH plant, goods, line,
     count(CASE claim.stance WHEN 'asserted' THEN 1 END) AS saying,
     count(CASE claim.stance WHEN 'denied' THEN 1 END) AS denying,
     collect(DISTINCT CASE claim.stance WHEN 'asserted' THEN speaker.name END) AS speakers,
     count(DISTINCT CASE claim.stance WHEN 'asserted' THEN source.publisher END) AS publishers,
     collect(DISTINCT CASE WHEN claim.detail <> '' THEN claim.detail END) AS notes
RETURN plant.name AS maker, plant.groupSize AS `group of`, goods.name AS product, line.stance AS stance, saying AS `statements for`,
       denying AS `statements against`, publishers, line.grade AS `best grade`, speakers AS `said by`, notes,
       line.reported_first AS `first reported`, line.reported_last AS `last reported`
ORDER BY publishers DESC, saying DESC, maker, product
