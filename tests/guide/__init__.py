"""What is read: pages as readers see them, their blocks, commands, queries, steps; readers."""
