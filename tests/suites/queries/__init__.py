"""Every query of the guide, on its engine, with the record and its mutants."""
