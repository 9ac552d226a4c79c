"""What is laid over the graph: groups, stacks, notes, highlights, paths, chains with gaps."""
