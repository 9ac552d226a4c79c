"""From the canvas to what is drawn, and the actions that change it."""
