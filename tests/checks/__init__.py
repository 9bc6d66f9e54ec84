"""What decides: from a block, a query or a fact to what is wrong with it, with file and line.

`registry` says which check a block gets. A query is judged twice: as text (`sql`, `sql_values`),
and by what its engine answers (`lake_answers`, `replica_answers`; the record is in `results/`).
`verified` compares facts with what was verified of them. `execution` runs commands in a sandbox;
`output` and `seen` compare what was seen with what a page shows.
"""
