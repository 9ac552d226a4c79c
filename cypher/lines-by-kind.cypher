// title: What the lines say, by kind
// description: Lines by kind of relationship, and how many of each are asserted, inferred (nobody reports them), contested or denied. Lines whose statements were all taken back count as withdrawn.
// theme: housekeeping
// result: chart
// chart: {kind: bar, x: relationship, y: lines, by: stance}
MATCH (:Entity)-[line]->(:Entity)
WITH type(line) AS relationship, CASE WHEN line.withdrawn_on IS NOT NULL THEN 'withdrawn' ELSE line.stance END AS stance,
     count(*) AS lines
WITH relationship, collect({stance: stance, lines: lines}) AS parts, sum(lines) AS total
UNWIND parts AS part
RETURN relationship, part.stance AS stance, part.lines AS lines, total
ORDER BY total DESC, relationship, stance
