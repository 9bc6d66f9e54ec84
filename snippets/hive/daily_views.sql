SELECT
  day,
  SUM(view_count) AS page_views,
  SUM(IF(agent_type = 'user', view_count, 0)) AS page_views_by_people
FROM wmf.projectview_hourly
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
  AND project = 'sv.wikipedia'
GROUP BY day
ORDER BY day
LIMIT 31;
