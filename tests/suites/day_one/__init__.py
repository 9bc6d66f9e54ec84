"""Day one: a newcomer follows the rendered guide from the first page to the last, in the lab."""
