// title: Who receives arms, and who denies it
// description: Each seller and receiver of arms, with the speakers who say so and those who deny it, how many publishers carry what is asserted, and the time they span. Statements their source took back, and inferences, do not count.
// theme: export
// parameters:
//   receiver: {type: entity, label: State, optional: true, description: One receiver; empty for all}
// result: table
MATCH (seller:Entity)-[line:EXPORTS_TO]->(buyer:Entity)
WHERE $receiver IS NULL OR buyer.id = $receiver
MATCH (claim:Claim {predicate: 'EXPORTS_TO', subject: seller.id, object: buyer.id})-[:FROM_SOURCE]->(source:Source)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = ''
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH seller, buyer, line, claim, source, coalesce(speaker.name, source.publisher) AS voice ORDER BY voice
WITH seller, buyer, line,
     collect(DISTINCT CASE claim.stance WHEN 'asserted' THEN voice END) AS saying,
     collect(DISTINCT CASE claim.stance WHEN 'denied' THEN voice END) AS denying,
     count(DISTINCT CASE claim.stance WHEN 'asserted' THEN source.publisher END) AS publishers
RETURN seller.name AS seller, buyer.name AS receiver, line.stance AS stance, saying AS `said by`, denying AS `denied by`,
       publishers, line.grade AS `best grade`, line.reported_first AS `first reported`,
       line.reported_last AS `last reported`
ORDER BY size(saying) DESC, seller, receiver
