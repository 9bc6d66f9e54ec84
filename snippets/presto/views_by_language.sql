SELECT
  language_name,
  SUM(view_count) AS views
FROM wmf.projectview_hourly
JOIN canonical_data.wikis ON pageview_code = project
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
  AND agent_type = 'user'
  AND database_group = 'wikipedia'
GROUP BY language_name
ORDER BY views DESC
