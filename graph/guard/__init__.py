"""What a user's Cypher may do: lexer, limits on complexity, rules on plans."""
