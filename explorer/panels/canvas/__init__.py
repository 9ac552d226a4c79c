"""The panels on and about the picture."""
