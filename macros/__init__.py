"""What stands between facts, profile and snippets on one side and pages on the other."""
