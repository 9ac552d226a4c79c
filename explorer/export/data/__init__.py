"""Data: what is shown as tables and graphs for other programs."""
