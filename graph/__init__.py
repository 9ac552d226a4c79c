"""What the graph is and how to reach it. This package imports nothing else of Armsgraph."""
