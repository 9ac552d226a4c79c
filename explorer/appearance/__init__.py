"""How things look: visual encoding, symbols, labels, theme. Pure."""
