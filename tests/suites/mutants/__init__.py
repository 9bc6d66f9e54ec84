"""A sample of the mutants: each is noticed by somebody."""
