"""`make lab`, as somebody uses it in a terminal."""
