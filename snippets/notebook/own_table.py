from wmfdata import spark

database = "[[[ shell_name ]]]".replace("-", "_")

spark.run([
    f"CREATE DATABASE IF NOT EXISTS {database}",
    f"DROP TABLE IF EXISTS {database}.edits_of_month",
    f"""
    CREATE TABLE {database}.edits_of_month AS
    SELECT wiki_db, COUNT(*) AS edits
    FROM wmf.mediawiki_history
    WHERE snapshot = '[[[ month ]]]'
      AND event_entity = 'revision'
      AND event_type = 'create'
      AND event_timestamp >= '[[[ month_before ]]]-01'
      AND event_timestamp < '[[[ month ]]]-01'
    GROUP BY wiki_db
    """,
])

spark.run(f"SELECT wiki_db, edits FROM {database}.edits_of_month ORDER BY edits DESC, wiki_db")
