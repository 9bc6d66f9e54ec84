import getpass
import re

from wmfdata import spark

database = re.sub(r"\W", "", getpass.getuser())

spark.run([
    f"CREATE DATABASE IF NOT EXISTS {database}",
    f"""
    CREATE TABLE {database}.edits_by_wiki AS
    SELECT
      wiki_db,
      COUNT(*) AS edits
    FROM wmf.mediawiki_history
    WHERE snapshot = '[[[ month ]]]'
      AND event_entity = 'revision'
      AND event_type = 'create'
      AND event_timestamp >= '[[[ month ]]]-01'
    GROUP BY wiki_db
    """,
])

spark.run(f"SELECT * FROM {database}.edits_by_wiki ORDER BY edits DESC LIMIT 20")
