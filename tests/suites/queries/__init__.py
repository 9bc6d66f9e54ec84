"""Every query of the guide, run by its engine over the made-up rows of the lake."""
