"""What proves a code block: one module for each language."""
