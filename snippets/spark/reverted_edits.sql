-- The month before the snapshot's last one: every edit has had its 48 hours.
SELECT
  IF(event_user_is_permanent, 'permanent account', 'no permanent account') AS editor,
  COUNT(*) AS edits,
  COUNT_IF(
    revision_is_identity_reverted
    AND revision_seconds_to_identity_revert <= 48 * 60 * 60
  ) AS reverted,
  ROUND(
    100 * COUNT_IF(
      revision_is_identity_reverted
      AND revision_seconds_to_identity_revert <= 48 * 60 * 60
    ) / COUNT(*),
    1
  ) AS percent_reverted
FROM wmf.mediawiki_history
WHERE snapshot = '[[[ month ]]]'
  AND wiki_db = 'frwiki'
  AND event_entity = 'revision'
  AND event_type = 'create'
  AND event_timestamp >= '[[[ month_before ]]]-01'
  AND event_timestamp < '[[[ month ]]]-01'
  AND page_namespace_is_content_historical
  AND SIZE(event_user_is_bot_by_historical) <= 0
  AND SIZE(event_user_is_bot_by) <= 0
GROUP BY IF(event_user_is_permanent, 'permanent account', 'no permanent account')
ORDER BY edits DESC;
