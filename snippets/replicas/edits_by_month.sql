SELECT
  LEFT(rev_timestamp, 6) AS edit_month,
  COUNT(*) AS edits,
  COUNT(DISTINCT rev_actor) AS editors,
  COUNT(DISTINCT rev_page) AS pages
FROM revision
WHERE rev_timestamp >= '[[[ digits_before ]]]01000000'
GROUP BY LEFT(rev_timestamp, 6)
ORDER BY edit_month;
