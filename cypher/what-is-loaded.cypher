// title: What is loaded, and when
// description: Each set of data with its edition, when it was last loaded, how many documents and statements it holds, and how many of these its source took back.
// theme: housekeeping
// result: table
MATCH (set:Dataset)
RETURN set.title AS `set of data`, set.edition AS edition,
       COLLECT { MATCH (load:Load {dataset: set.id}) RETURN load.finished AS finished ORDER BY finished DESC LIMIT 1 }[0] AS `last loaded`,
       COUNT { (:Source {dataset: set.id}) } AS documents, COUNT { (:Claim {dataset: set.id}) } AS statements,
       COUNT { MATCH (claim:Claim {dataset: set.id}) WHERE claim.withdrawn_on <> '' } AS withdrawn
ORDER BY `set of data`
