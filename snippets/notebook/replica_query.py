from wmfdata import mariadb

wikis = ["cswiki", "fiwiki", "huwiki"]

last_edits = mariadb.run(
    """
    SELECT
      DATABASE() AS wiki,
      COUNT(*) AS edits,
      MAX(rev_timestamp) AS last_edit
    FROM revision
    WHERE rev_timestamp >= '[[[ digits_after ]]]01000000'
    """,
    dbs=wikis,
    date_col="last_edit",
)

last_edits.sort_values("edits", ascending=False)
