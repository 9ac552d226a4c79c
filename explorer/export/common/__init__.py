"""What all export formats share: material, briefing, claims, paper, text metrics."""
