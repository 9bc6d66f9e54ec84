"""Who is asked about a mutant: a module each, run as a program beside the others."""
