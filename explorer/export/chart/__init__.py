"""Charts of answers as files: an SVG, a PNG, and a slide of shapes that can be edited."""
