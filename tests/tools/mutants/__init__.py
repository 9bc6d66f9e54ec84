"""What the tests would miss: the guide with one token changed, and which test notices it."""
