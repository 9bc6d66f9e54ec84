from wmfdata import spark

spark.create_session(type="yarn-regular", app_name="reverted-edits")

reverts = spark.run("""
    SELECT
      wiki_db,
      COUNT(*) AS edits,
      COUNT_IF(revision_is_identity_reverted) AS reverted
    FROM wmf.mediawiki_history
    WHERE snapshot = '[[[ month ]]]'
      AND event_entity = 'revision'
      AND event_type = 'create'
      AND event_timestamp >= '[[[ month_before ]]]-01'
      AND event_timestamp < '[[[ month ]]]-01'
    GROUP BY wiki_db
""")

reverts.assign(share=reverts["reverted"] / reverts["edits"]).nlargest(20, "edits")
