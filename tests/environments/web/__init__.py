"""Chromium, a server for the built site, and paper: what a reader looks at it with."""
