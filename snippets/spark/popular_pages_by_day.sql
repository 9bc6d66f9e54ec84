WITH daily AS (
  SELECT year, month, day, page_title, SUM(view_count) AS view_count
  FROM wmf.pageview_hourly
  WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day BETWEEN 1 AND 7
    AND project = 'en.wikipedia'
    AND agent_type = 'user'
  GROUP BY year, month, day, page_title
)
SELECT
  CONCAT_WS('-', year, LPAD(month, 2, '0'), LPAD(day, 2, '0')) AS `date`,
  COUNT(*) AS pages,
  COUNT_IF(view_count >= 1000) AS popular_pages
FROM daily
GROUP BY year, month, day
ORDER BY `date`;
