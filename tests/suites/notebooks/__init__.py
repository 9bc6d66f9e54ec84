"""The guide's notebooks, run where their readers run them."""
