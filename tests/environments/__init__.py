"""Where it is done: the lab, the lake, sandboxes, the built site, a browser."""
