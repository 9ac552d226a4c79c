"""Mappings: what the columns of a table mean, guessed, read and carried out."""
