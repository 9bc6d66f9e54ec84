"""What a session of pytest does with the guide: plugins, a module each; conftest.py lists them."""
