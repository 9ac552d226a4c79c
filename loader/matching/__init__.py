"""Same or different: which entities of several lists may be one, how likely, and what analysts decided."""
