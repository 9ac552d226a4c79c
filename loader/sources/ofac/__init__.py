"""The US Treasury's lists (OFAC)."""
