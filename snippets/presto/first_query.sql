SELECT
  access_method,
  SUM(view_count) AS views
FROM wmf.projectview_hourly
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
  AND project = 'en.wikipedia'
  AND agent_type = 'user'
GROUP BY access_method
ORDER BY views DESC
