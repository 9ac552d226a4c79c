// title: Which companies and people front or act for others
// description: Front companies, agents and brokers, and whom they serve, with their owners, directors, places of incorporation, and what they own and manage. Denied lines are dotted.
// theme: evasion
// parameters:
//   behind: {type: entity, optional: true, description: Whoever stands behind the front; empty for all}
// result: graph
MATCH chain = (:Entity)-[:FRONTS_FOR|ACTS_FOR]->(principal:Entity)
WHERE $behind IS NULL OR principal.id = $behind
RETURN chain
UNION
MATCH (front:Entity)-[:FRONTS_FOR|ACTS_FOR]->(principal:Entity)
WHERE $behind IS NULL OR principal.id = $behind
MATCH chain = (front)-[:OWNS|MANAGES|DIRECTOR_OF|INCORPORATED_IN]-(:Entity)
RETURN chain
