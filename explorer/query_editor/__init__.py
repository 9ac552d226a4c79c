"""The editor of saved queries: draft, header, diagnostics, vocabulary, highlighting."""
