"""Brings the world's lists and texts into the graph: get, transform, validate, load, prune."""
