// title: When the statements about an entity were made
// description: Standing statements about one entity by the month of the report. Months without any are left out, and so are reports dated only by year. It shows attention, not events.
// theme: evidence
// parameters:
//   entity: {type: entity, default: russia, description: The entity}
// result: chart
// chart: {kind: bar, x: month, y: statements, by: stance}
MATCH (:Entity {id: $entity})<-[:HAS_SUBJECT|HAS_OBJECT]-(claim:Claim)
WHERE claim.withdrawn_on = '' AND claim.reported_from <> '' AND left(claim.reported_from, 7) = left(claim.reported_until, 7)
RETURN left(claim.reported_from, 7) AS month, CASE claim.stance WHEN 'denied' THEN 'denies' WHEN 'asserted' THEN 'says' ELSE claim.stance END AS stance,
       count(DISTINCT claim) AS statements
ORDER BY month, stance
