"""Every cell and script of the guide, run through the tunnel on the stat host."""
