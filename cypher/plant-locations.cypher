// title: Where the plants are
// description: Plants, research centres and shipyards, with the towns, provinces and states they are said to stand in. Groups of plants stand beside the plants they hold. Denied places are dotted.
// theme: production
// parameters:
//   country: {type: choice, choices: "MATCH (plant:Facility) WHERE plant.country <> '' RETURN DISTINCT plant.country AS country ORDER BY country", default: North Korea, optional: true, description: Country of the plant; empty for all}
// result: graph
MATCH (plant:Facility)
WHERE $country IS NULL OR plant.country = $country
MATCH chain = (plant)-[:LOCATED_IN]->{1,4}(:Place)
RETURN chain
