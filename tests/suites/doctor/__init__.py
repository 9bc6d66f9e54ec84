"""The doctor in the lab: a healthy set-up, and every way in which it breaks."""
