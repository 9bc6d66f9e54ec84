-- Edits since the end of [[[ month ]]], which its snapshot does not have.
SELECT
  DATE(event_timestamp) AS edit_date,
  COUNT(*) AS edits,
  COUNT(DISTINCT event_user_central_id) AS editors
FROM wmf_mediawiki.mediawiki_history_incremental_v1
WHERE wiki_id = 'frwiki'
  AND event_entity = 'revision'
  AND event_type = 'create'
  AND event_timestamp >= TIMESTAMP '[[[ month_after ]]]-01 00:00:00'
GROUP BY DATE(event_timestamp)
ORDER BY edit_date;
