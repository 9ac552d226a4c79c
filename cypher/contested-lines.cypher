// title: Which lines are contested
// description: Lines that somebody asserts and somebody else denies. What is only denied is in "Who denies what".
// theme: evidence
// parameters:
//   relationship: {type: relationship, optional: true, description: Kind of line; empty for all}
// result: graph
MATCH chain = (:Entity)-[line {stance: 'contested'}]->(:Entity)
WHERE $relationship IS NULL OR type(line) = $relationship
RETURN chain
