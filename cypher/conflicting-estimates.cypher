// title: Numbers that disagree
// description: Every topic on which sources give different numbers, each number beside its speaker; nothing is averaged.
// parameters:
//   word: {type: text, default: "", description: "Part of a topic, such as shells; empty for all"}
// result: table
MATCH (claim:Claim)-[:FROM_SOURCE]->(source:Source)
WHERE claim.topic IS NOT NULL AND toLower(claim.topic) CONTAINS toLower($word)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
WITH claim.topic AS topic, collect({claim: claim, speaker: speaker.name, source: source}) AS said
WHERE size(said) > 1
  AND any(one IN said WHERE any(other IN said WHERE
        coalesce(one.claim.value, one.claim.low, one.claim.high) <> coalesce(other.claim.value, other.claim.low, other.claim.high)
        OR one.claim.stance <> other.claim.stance))
UNWIND said AS one
WITH topic, one.claim AS claim, one.speaker AS speaker, one.source AS source
RETURN topic, CASE claim.stance WHEN 'denied' THEN 'denies' ELSE 'says' END AS stance,
       claim.value AS number, claim.low AS `at least`, claim.high AS `at most`, claim.unit AS unit,
       speaker AS `said by`, claim.reported_on AS reported, claim.detail AS note,
       claim.reliability + claim.credibility AS grade, source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY topic, coalesce(claim.value, claim.low, claim.high), claim.reported_on, claim.id
