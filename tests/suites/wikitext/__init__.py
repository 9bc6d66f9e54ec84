"""The guide as pages of a wiki."""
