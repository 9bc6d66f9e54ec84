"""What renders the guide: facts, profile, snippets, values, evidence, errors."""
