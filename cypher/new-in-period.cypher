// title: What became known in a period
// description: Each statement whose report may lie between two dates, in order of the report. A report dated only by year belongs to every month of that year. Names and list numbers are left out; denied, inferred and withdrawn statements are marked, and those that somebody is on no list ("not listed", "not found").
// theme: evidence
// parameters:
//   since: {type: date, default: "2023-11-01", optional: true, description: From this date; empty for the beginning}
//   until: {type: date, default: "2023-12-01", optional: true, description: Up to this date; empty for the end}
//   entity: {type: entity, optional: true, description: What it is about; empty for all}
// result: table
MATCH (claim:Claim)-[:FROM_SOURCE]->(source:Source)
WHERE NOT claim.predicate IN ['HAS_NAME', 'HAS_IDENTIFIER'] AND claim.reported_from <> ''
  AND ($since IS NULL OR claim.reported_until >= $since['first'])
  AND ($until IS NULL OR claim.reported_from <= $until['last'])
  AND ($entity IS NULL OR $entity IN [claim.subject, claim.object])
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN claim.reported_on AS reported, claim.summary AS statement, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.stance = 'asserted' THEN 'says' ELSE claim.stance END AS stance,
       coalesce(speaker.name, source.publisher) AS `said by`, claim.reliability + claim.credibility AS grade,
       source.publisher AS publisher, source.title AS document, claim.paragraph AS paragraph
ORDER BY claim.reported_from, claim.reported_until, publisher, claim.id
