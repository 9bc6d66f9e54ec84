from datetime import datetime, timedelta

from wmfdata import mariadb, utils

a_week_ago = utils.mediawiki_dt(datetime.now() - timedelta(days=7))
tags = utils.sql_tuple(["mobile edit", "mobile app edit", "visualeditor"])

edits = mariadb.run(
    f"""
    SELECT ctd_name AS tag, COUNT(*) AS edits
    FROM revision
    JOIN change_tag ON ct_rev_id = rev_id
    JOIN change_tag_def ON ctd_id = ct_tag_id
    WHERE rev_timestamp >= '{a_week_ago}'
      AND ctd_name IN {tags}
    GROUP BY ctd_name
    """,
    dbs="cswiki",
)

utils.df_to_remarkup(edits)
