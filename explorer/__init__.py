"""The explorer: a Dash app over the graph. Imports graph, never loader and never a driver."""
