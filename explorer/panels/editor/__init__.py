"""The window in which a query is written."""
