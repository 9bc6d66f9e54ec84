"""What must hold: the tests themselves, a folder for each thing that is looked at."""
