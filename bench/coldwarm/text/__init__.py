"""Text for people: documents for a terminal or as Markdown, escaping, numbers."""
