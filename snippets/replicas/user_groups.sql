-- Members of each group, and those of them who edited since the end of [[[ month ]]].
SELECT
  ug_group,
  COUNT(DISTINCT ug_user) AS members,
  COUNT(DISTINCT actor_user) AS members_who_edited
FROM user_groups
LEFT JOIN (
  SELECT DISTINCT actor_user
  FROM revision
  JOIN actor ON actor_id = rev_actor
  WHERE rev_timestamp >= '[[[ digits_after ]]]01000000'
) AS recent_editors ON actor_user = ug_user
WHERE ug_expiry IS NULL OR ug_expiry >= '[[[ digits_after ]]]01000000'
GROUP BY ug_group
ORDER BY members DESC;
