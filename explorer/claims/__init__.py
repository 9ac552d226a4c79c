"""Claims in words and as cards."""
