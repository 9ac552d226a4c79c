"""Pictures: a canvas as geometry, as SVG, and as pages in PDF, PNG and HTML."""
