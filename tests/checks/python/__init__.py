"""Python fences: linted, and run in a sandbox of their own."""
