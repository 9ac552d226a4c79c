// title: Where the components come from
// description: Components found in weapons, the countries they come from with each stated share, and who passes them on.
// theme: components
// parameters:
//   word: {type: text, default: "", description: Part of a component's name; empty for all components}
// result: graph
MATCH (part:Component)
WHERE toLower(part.name) CONTAINS toLower($word)
MATCH chain = (part)-[:ORIGINATES_IN|COMPONENT_OF|PRODUCES|PROVIDES|SELLS]-(:Entity)
RETURN chain
