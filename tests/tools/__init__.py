"""What people call by make, and what runs tests: mutants, practice, figures, copies."""
