// title: Who holds which post, and since when
// description: Each statement that a person holds or held a post, in order of time. Dates are as the source gives them; without them, the date of the report is all that is known. A denial, an inference or a withdrawn statement is marked.
// theme: reporting
// parameters:
//   person: {type: entity, label: Person, optional: true, description: One person; empty for all}
//   body: {type: entity, label: Organization, optional: true, description: One body; empty for all}
// result: table
MATCH (holder:Entity)<-[:HAS_SUBJECT]-(claim:Claim {predicate: 'HOLDS_POST_IN'})-[:HAS_OBJECT]->(office:Entity)
WHERE ($person IS NULL OR holder.id = $person) AND ($body IS NULL OR office.id = $body)
MATCH (claim)-[:FROM_SOURCE]->(source:Source)
OPTIONAL MATCH (claim)-[:ASSERTED_BY]->(speaker:Entity)
RETURN holder.name AS person, claim.detail AS post, office.name AS body,
       CASE WHEN claim.withdrawn_on <> '' THEN 'withdrawn' WHEN claim.stance = 'denied' THEN 'denies' WHEN claim.inferred_from <> '' THEN 'inferred' ELSE 'says' END AS stance,
       claim.valid_from AS since, claim.valid_to AS until, claim.reported_on AS reported, speaker.name AS `said by`,
       claim.reliability + claim.credibility AS grade, source.publisher AS publisher, claim.paragraph AS paragraph
ORDER BY person, holder.id, CASE WHEN claim.valid_earliest <> '' THEN claim.valid_earliest ELSE claim.reported_from END, claim.id
