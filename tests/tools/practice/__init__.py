"""Practice: a shell on the laptop of the lab, with everything up, for a newcomer who waits."""
