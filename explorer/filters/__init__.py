"""The filter: what it leaves, how it reads as sentences, the timeline and the legend's rows. Pure."""
