// title: Which lines fall if a source is withdrawn
// description: Every line that one source carries or denies, and what the other sources would leave of it. It falls, stays as it is, or becomes asserted, inferred, contested, denied, or withdrawn where only statements that were taken back remain. An inference falls with each source of its premises.
// theme: evidence
// parameters:
//   source: {type: choice, choices: "MATCH (source:Source) RETURN source.id AS id, source.publisher + ', ' + source.date + ': ' + source.title AS name ORDER BY name", default: diplomat-2022, description: The source}
// result: table
MATCH (mine:Claim)-[:HAS_OBJECT]->(other:Entity)
WHERE mine.source = $source OR $source IN split(mine.premise_sources, ' ')
MATCH (mine)-[:HAS_SUBJECT]->(one:Entity)
WITH DISTINCT one, mine.predicate AS predicate, other
MATCH (one)-[line]->(other) WHERE type(line) = predicate
MATCH (claim:Claim {predicate: predicate, subject: one.id, object: other.id})
WITH one, line, other, collect(CASE WHEN claim.source <> $source AND NOT $source IN split(coalesce(claim.premise_sources, ''), ' ') THEN claim END) AS rest
WITH one, line, other, rest, [claim IN rest WHERE claim.withdrawn_on = ''] AS present
WITH one, line, other, rest, present, [claim IN present WHERE coalesce(claim.inferred_from, '') = ''] AS standing
WITH one, line, other, rest, CASE WHEN size(present) = 0 THEN 'withdrawn' WHEN size(standing) = 0 THEN 'inferred' WHEN any(claim IN standing WHERE claim.stance = 'asserted')
       THEN CASE WHEN any(claim IN standing WHERE claim.stance = 'denied') THEN 'contested' ELSE 'asserted' END
       ELSE 'denied' END AS then
RETURN one.name AS from, type(line) AS relationship, other.name AS to, line.stance AS stance,
       CASE WHEN size(rest) = 0 THEN 'falls' WHEN then = line.stance THEN 'still ' + then ELSE 'becomes ' + then END AS outcome,
       [s IN line.sources WHERE s <> $source] AS `other sources`
ORDER BY CASE left(outcome, 5) WHEN 'falls' THEN 1 WHEN 'becom' THEN 2 ELSE 3 END, from, relationship, to
