"""`make serve`: the guide as it is written, and on each page whether it works.

`partial` has a save build no more than what depends on it. `asking` runs the quick tests of pages
in a process that has everything loaded, and `asked` is how the preview talks to it. `verdicts` are
what was found out, and `server` adds them to the pages. Nothing of it is part of the guide: a
published site has none of it.
"""
