"""The survey in the lab: what holds, what was changed there, and who does not answer."""
