// title: Who commands each plant, and who says so
// description: Each statement that names a superior, an owner or a manager of a plant, by plant, the latest report first. Groups that a plant is counted among are left out; where the plant itself is a group, its size is given. A denial or a statement its source took back is marked; an inference is said by nobody, and comes with what it is concluded from.
// theme: reporting
// parameters:
//   plant: {type: entity, label: Facility, optional: true, description: One plant; empty for all}
//   day: {type: date, optional: true, description: Only what may have been so on this date; empty for any time}
// result: table
MATCH (one:Entity)<-[:HAS_SUBJECT]-(claim:Claim)-[:HAS_OBJECT]->(other:Entity)
WHERE (claim.predicate IN ['REPORTS_TO', 'PART_OF'] AND one:Facility AND NOT other:Facility)
   OR (claim.predicate IN ['OWNS', 'MANAGES'] AND other:Facility)
WITH claim, CASE WHEN other:Facility THEN [other, one] ELSE [one, other] END AS ends
WITH claim, ends[0] AS facility, ends[1] AS above
WHERE ($plant IS NULL OR facility.id = $plant)
  AND ($day IS NULL OR ((claim.valid_earliest = '' OR claim.valid_earliest <= $day['last'])
                    AND (claim.valid_latest = '' OR claim.valid_latest >= $day['first'])))
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN facility.name AS plant, facility.groupSize AS `group of`, claim.predicate AS relationship, above.name AS superior,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       CASE WHEN coalesce(claim.inferred_from, '') = '' THEN speaker.name END AS `said by`, claim.reported_on AS reported, claim.valid_from AS since, claim.valid_to AS until,
       claim.detail AS note, claim.reliability + claim.credibility AS grade, source.publisher AS publisher,
       claim.paragraph AS paragraph,
       COLLECT { MATCH (premise:Claim) WHERE premise.id IN split(claim.inferred_from, ' ') RETURN premise.summary ORDER BY premise.id } AS because
ORDER BY plant, facility.id, claim.reported_from DESC, superior, claim.id
