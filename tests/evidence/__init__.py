"""What is noted of a block once a test has proven it, and by which version of which program."""
