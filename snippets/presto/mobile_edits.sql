SELECT
  wiki_db,
  COUNT(*) AS edits,
  COUNT_IF(CONTAINS(revision_tags, 'mobile web edit')) AS mobile_web_edits,
  COUNT_IF(CONTAINS(revision_tags, 'mobile app edit')) AS app_edits
FROM wmf.mediawiki_history
WHERE snapshot = '[[[ month ]]]'
  AND wiki_db IN ('eswiki', 'idwiki', 'jawiki')
  AND event_entity = 'revision'
  AND event_type = 'create'
  AND event_timestamp >= '[[[ month ]]]-01'
  AND event_timestamp < '[[[ month_after ]]]-01'
  AND COALESCE(CARDINALITY(event_user_is_bot_by_historical), 0) = 0
  AND COALESCE(CARDINALITY(event_user_is_bot_by), 0) = 0
GROUP BY wiki_db
ORDER BY edits DESC
