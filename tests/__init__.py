"""Everything that proves the guide, in seven rooms: README.md beside this says what is where."""
