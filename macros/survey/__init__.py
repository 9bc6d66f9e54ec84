"""The ring of the survey: do the real hosts still say what the guide says?

What is asked is in `macros/surveyed.py`, and the scripts that ask are `snippets/PLACE/survey.bash`.
Here they are run, and what they print is read: a line of JSON for each fact, which anybody may have
written. `python -m macros.survey` is `make survey` and `make seen`.

    asking.py   runs the script here, or there by ssh
    lines.py    reads lines, and refuses what no survey prints
    seen.py     a verdict for each fact, and what is written of it
    derived.py  the same for other programs: JUnit, SARIF, OpenMetrics
"""
