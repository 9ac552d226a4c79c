// title: Where the paragraph is missing
// description: Statements that name no paragraph, page or entry of their document, by document and kind. They are harder to check.
// theme: housekeeping
// result: table
MATCH (claim:Claim)-[:FROM_SOURCE]->(source:Source)
WHERE coalesce(claim.paragraph, '') = ''
RETURN source.publisher AS publisher, source.title AS document, source.kind AS kind, claim.predicate AS `what is stated`,
       count(*) AS statements
ORDER BY statements DESC, publisher, document, `what is stated`
