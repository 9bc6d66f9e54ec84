"""The ring of sources, against repositories and a wiki that the tests make themselves."""
