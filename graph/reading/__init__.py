"""What the explorer asks of the graph: search, neighbours, paths, chains, summaries. Reads only."""
