// title: Numbers that disagree
// description: Topics on which sources give different numbers, each number beside its speaker, never averaged, followed by other numbers that count the same thing about the same subject or its parts. A number that is inferred, or that its source took back, is marked; the latter makes no disagreement.
// theme: evidence
// parameters:
//   word: {type: text, default: "", description: "Part of a topic or unit, such as shells; empty for all"}
// result: table
MATCH (claim:Claim)-[:HAS_SUBJECT]->(subject:Entity)
WHERE claim.topic IS NOT NULL AND claim.withdrawn_on = ''
WITH claim.topic AS topic, collect({claim: claim, subject: subject}) AS said
WHERE any(one IN said WHERE any(other IN said WHERE
        coalesce(one.claim.value, one.claim.low, one.claim.high) <> coalesce(other.claim.value, other.claim.low, other.claim.high)
        OR one.claim.stance <> other.claim.stance))
UNWIND said AS one
WITH collect(DISTINCT topic) AS disputed, collect(DISTINCT {unit: one.claim.unit, subject: one.subject.id}) AS counted
MATCH (claim:Claim)-[:HAS_SUBJECT]->(subject:Entity)
WHERE claim.topic IN disputed
   OR any(c IN counted WHERE c.unit = claim.unit AND (c.subject = subject.id
          OR EXISTS { (subject)-[:PART_OF]->(:Entity {id: c.subject}) }))
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH * WHERE toLower(claim.topic) CONTAINS toLower($word) OR toLower(claim.unit) CONTAINS toLower($word)
RETURN claim.topic AS topic, claim.topic IN disputed AS disagree,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit,
       speaker.name AS `said by`, claim.reported_on AS reported, claim.detail AS note,
       claim.reliability + claim.credibility AS grade, source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY unit, disagree DESC, topic, coalesce(claim.value, claim.low, claim.high), claim.reported_on, claim.id
