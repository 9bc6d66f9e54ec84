SELECT
  actor_name,
  COUNT(*) AS edits,
  COUNT(DISTINCT rev_page) AS pages,
  MAX(rev_timestamp) AS last_edit
FROM revision
JOIN page ON page_id = rev_page
JOIN actor ON actor_id = rev_actor
JOIN user ON user_id = actor_user
LEFT JOIN user_groups
  ON ug_user = actor_user
  AND ug_group = 'bot'
  AND (ug_expiry IS NULL OR ug_expiry >= '[[[ digits_after ]]]01000000')
WHERE rev_timestamp >= '[[[ digits_after ]]]01000000'
  AND page_namespace = 0
  AND user_is_temp = 0
  AND ug_user IS NULL
GROUP BY actor_id, actor_name
ORDER BY edits DESC
LIMIT 20;
