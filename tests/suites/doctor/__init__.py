"""The doctors in every set-up that is known, with the lab around them."""
