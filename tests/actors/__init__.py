"""Who acts by the pages: newcomer, admin, patient, people at a notebook or a browser."""
