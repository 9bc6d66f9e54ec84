SELECT
  platform,
  interface,
  SUM(edit_count) AS edits,
  ROUND(100 * SUM(IF(is_reverted, edit_count, 0)) / SUM(edit_count), 1) AS percent_reverted
FROM wmf.edit_hourly
WHERE snapshot = '[[[ month ]]]'
  AND ts >= '[[[ month ]]]-01'
  AND ts < '[[[ month_after ]]]-01'
  AND project_family = 'wikipedia'
  AND namespace_is_content
  AND NOT user_is_bot
GROUP BY platform, interface
ORDER BY edits DESC;
