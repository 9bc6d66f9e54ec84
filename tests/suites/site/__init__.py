"""The built site against the sources: every block, name, link and proof."""
