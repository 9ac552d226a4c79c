// title: Which ships and companies share an owner, a director or an address
// description: Owners, managers, directors, addresses and linked companies that two or more ships or companies have in common, then or now. An address counts only with a number in it, as it is a town otherwise; denied, inferred and withdrawn lines do not count. A shared address may be a registration agent's.
// theme: evasion
// parameters:
//   least: {type: integer, default: 2, min: 2, max: 50, description: At least so many ships and companies}
// result: table
CALL () {
  MATCH (tie:Entity)-[line:OWNS|MANAGES|DIRECTOR_OF]->(party:Entity)
  WHERE (party:Ship OR party:Company) AND line.stance <> 'denied' AND line.withdrawn_on IS NULL
  RETURN tie, party, CASE type(line) WHEN 'OWNS' THEN 'owner' WHEN 'MANAGES' THEN 'manager' ELSE 'director' END AS kind
  UNION
  MATCH (party:Company)-[line:LOCATED_IN]->(tie:Address)
  WHERE tie.name =~ '.*[0-9].*' AND line.stance <> 'denied' AND line.withdrawn_on IS NULL
  RETURN tie, party, 'address' AS kind
  UNION
  MATCH (party:Ship)-[line:LINKED_TO]-(tie:Company)
  WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
  RETURN tie, party, 'linked company' AS kind
}
WITH tie, kind, party ORDER BY party.name
WITH tie, kind, collect(DISTINCT party) AS parties
WHERE size(parties) >= $least
RETURN tie.name AS `in common`, kind, size(parties) AS count, [party IN parties | party.name] AS `ships and companies`
ORDER BY count DESC, `in common`, kind
