SELECT
  referer_name,
  SUM(view_count) AS views,
  COUNT(DISTINCT project) AS projects
FROM wmf.pageview_hourly
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 1
  AND agent_type = 'user'
  AND referer_class = 'external (AI chatbot)'
GROUP BY referer_name
ORDER BY views DESC
