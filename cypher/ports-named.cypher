// title: Which ports are named most often, and for what
// description: Standing statements that name a port, by what they say happens there. They count reports, not voyages; one voyage told three times counts three times, and a statement on many voyages once.
// theme: export
// result: chart
// chart: {kind: bar, x: port, y: statements, by: role}
MATCH (place:Port)<-[link:HAS_SUBJECT|HAS_OBJECT]-(claim:Claim {stance: 'asserted'})
WHERE claim.withdrawn_on = '' AND claim.predicate IN ['DEPARTS_FROM', 'ARRIVES_AT', 'ROUTE_TO']
WITH place, claim, CASE claim.predicate WHEN 'DEPARTS_FROM' THEN 'departure' WHEN 'ARRIVES_AT' THEN 'arrival'
                        ELSE 'on a route' END AS role
WITH place, role, count(DISTINCT claim) AS statements
WITH collect({place: place, role: role, statements: statements}) AS found
UNWIND found AS one
RETURN one.place.name AS port, one.role AS role, one.statements AS statements,
       reduce(total = 0, other IN found | total + CASE WHEN other.place = one.place THEN other.statements ELSE 0 END) AS total
ORDER BY total DESC, port, role
