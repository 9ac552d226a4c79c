"""The frame of the page: help, the state of the database, databases of others."""
