"""What configs and scripts do, not only that they parse."""
