// title: What changed on the lists since a date
// description: Listings that began, ended or were taken back on that date or later, the latest first. Where a list gives no date of listing, its entries cannot show here; one that an edition no longer holds is withdrawn on the date of that edition. An end that a list announces for a day to come is told as such.
// theme: designations
// parameters:
//   since: {type: date, default: "2023", description: From the first day of this date}
//   authority: {type: choice, choices: "MATCH (list:Regime) RETURN list.id AS id, list.name AS name ORDER BY name", optional: true, description: The authority; empty for all}
// result: table
MATCH (listed:Entity)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'DESIGNATED_BY', stance: 'asserted'})-[:HAS_OBJECT]->(list:Regime)
WHERE $authority IS NULL OR list.id = $authority
UNWIND [['listed', claim.valid_from],
        CASE WHEN claim.withdrawn_on <> '' AND claim.valid_to > claim.withdrawn_on THEN ['ended', '']
             WHEN claim.valid_latest > toString(date()) THEN ['is to end', claim.valid_to] ELSE ['ended', claim.valid_to] END,
        ['withdrawn', claim.withdrawn_on]] AS change
WITH * WHERE change[1] + '-99' >= $since['first']
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN change[1] AS date, change[0] AS change, listed.name AS entity, listed.type AS type, list.name AS authority,
       claim.detail AS reference, speaker.name AS `said by`, claim.reliability + claim.credibility AS grade,
       source.publisher + ': ' + source.title AS source
ORDER BY date DESC, authority, entity, claim.id
