"""The lab by itself: its hosts, its servers, what it refuses, and that nothing is left of it."""
