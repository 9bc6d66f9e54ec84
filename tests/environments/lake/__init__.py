"""A small Data Lake: made-up rows in the tables of the facts, and the engines to query them."""
