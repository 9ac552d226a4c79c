// title: How much of the picture rests on a single publisher
// description: The share of the asserted and contested lines whose standing assertions all come from one publisher. Lines that are only inferred are left out. Lines that only official lists assert are left out, as nobody need repeat a list, and so are lines that are only denied.
// theme: evidence
// result: number
// unit: percent of the lines
MATCH (source:Source)<-[:FROM_SOURCE]-(claim:Claim {stance: 'asserted'})-[:HAS_OBJECT]->(:Entity)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = ''
WITH claim.predicate AS predicate, claim.subject AS subject, claim.object AS object,
     count(DISTINCT source.publisher) AS publishers,
     count(CASE WHEN source.kind <> 'list' THEN 1 END) AS reports
WHERE reports > 0
RETURN CASE WHEN count(*) > 0 THEN round(100.0 * count(CASE WHEN publishers <= 1 THEN 1 END) / count(*), 1) END AS percent
