SELECT
  ctd_name,
  COUNT(*) AS edits,
  COUNT(DISTINCT rev_actor) AS editors
FROM revision
JOIN change_tag ON ct_rev_id = rev_id
JOIN change_tag_def ON ctd_id = ct_tag_id
WHERE rev_timestamp >= '[[[ digits_after ]]]01000000'
GROUP BY ctd_name
ORDER BY edits DESC
LIMIT 30;
