"""The panels of saved queries and their answers."""
