"""The published site in real Chromium."""
