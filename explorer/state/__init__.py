"""The canvas and its filter: the page's one truth. Imports nothing else of the explorer."""
