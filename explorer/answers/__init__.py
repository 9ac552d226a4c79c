"""Answers of queries: kept for downloads, drawn as charts, with the Cypher behind them."""
