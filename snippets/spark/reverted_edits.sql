-- September from the snapshot of October: every edit has had its 48 hours.
SELECT
  CASE
    WHEN event_user_is_anonymous THEN 'no account'
    WHEN event_user_is_temporary THEN 'temporary account'
    ELSE 'permanent account'
  END AS editor,
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
WHERE snapshot = '2026-10'
  AND wiki_db = 'frwiki'
  AND event_entity = 'revision'
  AND event_type = 'create'
  AND event_timestamp >= '2026-09-01'
  AND event_timestamp < '2026-10-01'
  AND page_namespace_is_content_historical
  AND SIZE(event_user_is_bot_by_historical) <= 0
GROUP BY
  CASE
    WHEN event_user_is_anonymous THEN 'no account'
    WHEN event_user_is_temporary THEN 'temporary account'
    ELSE 'permanent account'
  END
ORDER BY edits DESC;
