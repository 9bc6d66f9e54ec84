SELECT
  actor_name,
  COUNT(*) AS edits,
  COUNT(DISTINCT rev_page) AS pages,
  MAX(rev_timestamp) AS last_edit
FROM revision
JOIN page ON page_id = rev_page
JOIN actor ON actor_id = rev_actor
LEFT JOIN user_groups ON ug_user = actor_user AND ug_group = 'bot'
WHERE rev_timestamp >= '20261101000000'
  AND page_namespace = 0
  AND actor_user IS NOT NULL
  AND ug_user IS NULL
GROUP BY actor_id, actor_name
ORDER BY edits DESC
LIMIT 20;
