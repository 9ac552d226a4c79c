// title: Which entities may be one and the same
// description: Each statement that two entities are the same, or are not, with the reason, the speaker and the grade. Entities stay apart until an analyst decides.
// theme: housekeeping
// parameters:
//   type: {type: type, optional: true, description: Type of entity; empty for all}
// result: table
MATCH (one:Entity)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'SAME_AS'})-[:HAS_OBJECT]->(other:Entity)
WHERE $type IS NULL OR $type IN labels(one) OR $type IN labels(other)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN one.name AS one, one.type AS type, other.name AS other, other.type AS `type of the other`,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'not the same' ELSE 'may be the same' END AS verdict,
       claim.detail AS reason, speaker.name AS `said by`, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher
ORDER BY one, other, claim.id
