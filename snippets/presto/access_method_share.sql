SELECT
  agent_type,
  access_method,
  SUM(view_count) AS views,
  ROUND(
    100 * CAST(SUM(view_count) AS DOUBLE)
      / SUM(SUM(view_count)) OVER (PARTITION BY agent_type),
    1
  ) AS percent_of_agent_type
FROM wmf.projectview_hourly
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
  AND project = 'hi.wikipedia'
GROUP BY agent_type, access_method
ORDER BY agent_type, views DESC
