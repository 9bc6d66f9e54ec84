"""The ring of the survey: lines that are read, refused, noted and derived from."""
