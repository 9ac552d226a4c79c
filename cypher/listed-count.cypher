// title: How many entities an authority lists
// description: Entities of this graph that an authority is said to list. Groups, such as four factories that nobody names, are not counted. Listings that are contested, have ended or were withdrawn do not count; what the graph does not hold is not counted either.
// theme: designations
// parameters:
//   authority: {type: choice, choices: "MATCH (list:Regime) RETURN list.id AS id, list.name AS name ORDER BY name", default: regime-ofac, description: The authority}
// result: number
// unit: entities
MATCH (listed:Entity)-[line:DESIGNATED_BY]->(:Regime {id: $authority})
WHERE listed.groupSize IS NULL AND line.stance = 'asserted' AND line.withdrawn_on IS NULL AND (line.valid_to = '' OR coalesce(line.valid_latest, line.valid_to) >= toString(date()))
RETURN count(DISTINCT listed) AS entities
