"""Saved views: canvases kept under a name, as files."""
