"""The panels that bring entities: search, expand, groups, paths."""
