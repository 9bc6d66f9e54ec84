-- Previews know no automated traffic: it is among people there, so it is in both counts.
WITH previews AS (
  SELECT source_page_id, SUM(view_count) AS previews
  FROM wmf.virtualpageview_hourly
  WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 1
    AND project = 'en.wikipedia'
    AND agent_type = 'user'
    AND access_method = 'desktop'
    AND source_namespace_id = 0
  GROUP BY source_page_id
),
views AS (
  SELECT page_id, MAX(page_title) AS page_title, SUM(view_count) AS views
  FROM wmf.pageview_hourly
  WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 1
    AND project = 'en.wikipedia'
    AND agent_type IN ('user', 'automated')
    AND access_method = 'desktop'
    AND namespace_id = 0
  GROUP BY page_id
)
SELECT
  page_title,
  views,
  previews,
  ROUND(previews / views, 2) AS previews_per_view
FROM views
JOIN previews ON source_page_id = page_id
WHERE views >= 1000
ORDER BY previews DESC
LIMIT 20;
