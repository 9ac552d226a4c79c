// title: Who stands behind a ship
// description: Owners, managers, directors, places of incorporation, flags and refits of ships, and links to other names on lists.
// theme: evasion
// parameters:
//   name: {type: text, default: "", description: Part of a ship's name; empty for all ships}
// result: graph
MATCH (ship:Ship)
WHERE toLower(ship.name) CONTAINS toLower($name) OR any(alias IN ship.aliases WHERE toLower(alias) CONTAINS toLower($name))
MATCH chain = (ship)-[:OWNS|MANAGES|FLAGGED_IN|REFITTED_AT|LINKED_TO|SAME_AS|TRANSFERS_TO]-(:Entity)
RETURN chain
UNION
MATCH (ship:Ship)
WHERE toLower(ship.name) CONTAINS toLower($name) OR any(alias IN ship.aliases WHERE toLower(alias) CONTAINS toLower($name))
MATCH (ship)-[:OWNS|MANAGES|LINKED_TO]-(company:Organization)
MATCH chain = (company)-[:DIRECTOR_OF|INCORPORATED_IN|FRONTS_FOR|OWNS]-(:Entity)
RETURN chain
