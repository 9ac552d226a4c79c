"""One module and one manifest for each source."""
