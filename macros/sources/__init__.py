"""The ring of sources: do the public files and pages that a fact cites still say so?

`python -m macros.sources` (`make sources`) asks them and prints a verdict for each fact. Of other
people's files nothing is executed: they are read as text, bounded, by loaders that make plain data.

    verdict.py   the five verdicts, the record of one, what several come to
    clones.py    repositories: found or fetched, and their files at the newest commit
    wikis.py     pages, through MediaWiki's API
    question.py  which probe a citation gets, and why some get none
    probes/      one module for each sort of file; a probe yields what it found
    records.py   goes through all facts
    report.py    says what it will ask, and what came of it, to people and programs
    writing.py   moves `verified` of what holds

Nothing that builds the site imports this package: its parsers are of the set `check`.
"""
