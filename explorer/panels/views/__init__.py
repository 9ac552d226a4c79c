"""The panels of saved views, notes, and the first page."""
