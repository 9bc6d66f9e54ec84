"""The published site in Chromium: looks, values, search, progress, weight, policy."""
