"""Our own exports, and GraphML of other programs."""
