SELECT
  page_title,
  SUM(view_count) AS views,
  SUM(IF(referer_class = 'external (search engine)', view_count, 0)) AS views_from_search
FROM wmf.pageview_hourly
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 1
  AND project = 'fr.wikipedia'
  AND agent_type = 'user'
  AND namespace_id = 0
GROUP BY page_title
ORDER BY views DESC
LIMIT 20
