"""Where everything of an exported picture stands, before any format draws it. Pure."""
