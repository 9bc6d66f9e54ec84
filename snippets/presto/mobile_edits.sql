SELECT
  wiki_db,
  COUNT(*) AS edits,
  COUNT_IF(CONTAINS(revision_tags, 'mobile edit')) AS mobile_edits,
  COUNT_IF(CONTAINS(revision_tags, 'mobile app edit')) AS app_edits
FROM wmf.mediawiki_history
WHERE snapshot = '2026-10'
  AND wiki_db IN ('eswiki', 'idwiki', 'jawiki')
  AND event_entity = 'revision'
  AND event_type = 'create'
  AND event_timestamp >= '2026-10-01'
  AND event_timestamp < '2026-11-01'
GROUP BY wiki_db
ORDER BY edits DESC
