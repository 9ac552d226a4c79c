"""Files to take away: pictures, slides, dossiers and data, all made from one Material (material.py)."""
