"""Day one in the lab, step by step, by two readers; and what the servers saw of it."""
