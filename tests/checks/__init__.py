"""What decides: from a block, a query or a fact to what is wrong with it, with file and line."""
