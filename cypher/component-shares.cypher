// title: Which countries a component comes from, and with what share
// description: The share that each speaker gives to a country. Two figures for a country are two statements, side by side. Shares of different speakers count different finds and do not add up. Figures in other units are left out, and denied or withdrawn ones have a colour of their own.
// theme: components
// parameters:
//   component: {type: entity, label: Component, default: missile-electronic-components, description: The component}
// result: chart
// chart: {kind: bar, x: country, y: percent, low: at least, high: at most, by: said by}
MATCH (claim:Claim {predicate: 'ORIGINATES_IN', unit: 'percent'})-[:HAS_SUBJECT]->(part:Entity {id: $component})
MATCH (claim)-[:HAS_OBJECT]->(origin:State)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN origin.name AS country, claim.value AS percent, claim.low AS `at least`, claim.high AS `at most`,
       coalesce(speaker.name, source.publisher) + ' in ' + source.publisher + ', ' + claim.reported_on
         + CASE WHEN claim.withdrawn_on <> '' THEN ' (withdrawn)' WHEN claim.stance = 'denied' THEN ' (denies)' ELSE '' END
         AS `said by`,
       part.name AS components, claim.detail AS note, claim.reliability + claim.credibility AS grade,
       claim.paragraph AS paragraph
ORDER BY coalesce(claim.value, claim.high, claim.low) DESC, country, `said by`, claim.id
