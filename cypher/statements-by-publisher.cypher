// title: How much each publisher contributes, and how much of it denies
// description: Statements by publisher, names and list numbers included. That a name is on no list ("not listed", "not found") is no denial. Many statements are no better evidence than few; a list gives several an entry.
// theme: evidence
// result: chart
// chart: {kind: bar, x: publisher, y: statements, by: stance}
MATCH (source:Source)<-[:FROM_SOURCE]-(claim:Claim)
WITH source.publisher AS publisher, CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.stance = 'asserted' THEN 'says' ELSE claim.stance END AS stance, count(*) AS statements
WITH publisher, collect({stance: stance, statements: statements}) AS parts, sum(statements) AS total
UNWIND parts AS part
RETURN publisher, part.stance AS stance, part.statements AS statements, total
ORDER BY total DESC, publisher, stance
