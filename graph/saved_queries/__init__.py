"""Saved queries: their files, parameters and stores, and the one way to run a user's query."""
