// title: Who speaks most, and how reliable we hold them
// description: The speakers with most statements, by our letter of reliability. The letter is of the speaker in that document, so that one speaker can have two. Names and list numbers, which have no speaker, are left out, and inferences and withdrawn statements too.
// theme: evidence
// parameters:
//   most: {type: integer, default: 15, min: 1, max: 50, description: So many speakers}
// result: chart
// chart: {kind: bar, x: speaker, y: statements, by: reliability}
MATCH (claim:Claim)-[:ASSERTED_BY]->(voice:Entity)
WHERE claim.withdrawn_on = '' AND coalesce(claim.inferred_from, '') = ''
WITH voice, collect(claim.reliability) AS letters ORDER BY size(letters) DESC, voice.name, voice.id LIMIT $most
UNWIND letters AS letter
WITH voice, size(letters) AS total, letter, count(*) AS statements
RETURN voice.name AS speaker, letter AS reliability, statements, total
ORDER BY total DESC, speaker, reliability
