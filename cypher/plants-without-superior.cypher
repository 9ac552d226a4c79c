// title: Which plants have no superior of their own
// description: Single plants (no groups) that no standing, undenied statement puts under a body, an owner or a manager by name. Most are covered only as part of a group; the superiors of these groups are given. A gap says that nobody we hold reports it, not that there is no superior.
// theme: reporting
// parameters:
//   country: {type: choice, choices: "MATCH (plant:Facility) WHERE plant.country <> '' RETURN DISTINCT plant.country AS country ORDER BY country", default: North Korea, optional: true, description: Country of the plant; empty for all}
// result: table
MATCH (facility:Facility)
WHERE facility.groupSize IS NULL AND ($country IS NULL OR facility.country = $country)
  AND NOT EXISTS { (facility)-[line:REPORTS_TO]->(:Entity) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL }
  AND NOT EXISTS { (facility)-[line:PART_OF]->(body:Entity)
                   WHERE NOT body:Facility AND line.stance <> 'denied' AND line.withdrawn_on IS NULL }
  AND NOT EXISTS { (facility)<-[line:OWNS|MANAGES]-(:Entity) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL }
WITH facility, COLLECT {
       MATCH (facility)-[line:PART_OF]->(group:Facility) WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL
       RETURN group.name AS name ORDER BY name
     } AS groups, COLLECT {
       MATCH (facility)-[line:PART_OF WHERE line.stance <> 'denied' AND line.withdrawn_on IS NULL]->{1,4}(:Facility)
             -[last:REPORTS_TO]->(body:Entity)
       WHERE last.stance <> 'denied' AND last.withdrawn_on IS NULL
       RETURN DISTINCT body.name AS name ORDER BY name
     } AS bodies
RETURN facility.name AS plant, facility.type AS type, facility.country AS country, groups AS `part of`,
       bodies AS `superior of its groups`, COUNT { (facility)<-[:HAS_SUBJECT|HAS_OBJECT]-(:Claim) } AS `claims about it`
ORDER BY size(bodies), plant, facility.id
