-- Accounts with 5 or more edits to content pages in a month, on all wikis together.
WITH editors AS (
  SELECT
    SUBSTR(event_timestamp, 1, 7) AS edit_month,
    event_user_central_id,
    event_user_is_temporary,
    COUNT(*) AS edits
  FROM wmf.mediawiki_history
  WHERE snapshot = '[[[ month ]]]'
    AND event_entity = 'revision'
    AND event_type = 'create'
    AND event_timestamp >= '[[[ month_before ]]]-01'
    AND event_timestamp < '[[[ month_after ]]]-01'
    AND page_namespace_is_content_historical
    AND event_user_central_id IS NOT NULL
    AND SIZE(event_user_is_bot_by_historical) <= 0
    AND SIZE(event_user_is_bot_by) <= 0
  GROUP BY
    SUBSTR(event_timestamp, 1, 7), event_user_central_id, event_user_is_temporary
)
SELECT
  edit_month,
  IF(event_user_is_temporary, 'temporary', 'permanent') AS account,
  COUNT(*) AS active_editors,
  SUM(edits) AS edits
FROM editors
WHERE edits >= 5
GROUP BY edit_month, IF(event_user_is_temporary, 'temporary', 'permanent')
ORDER BY edit_month, account;
