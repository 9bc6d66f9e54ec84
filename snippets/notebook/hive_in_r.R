library(wmfdata)

daily_views <- query_hive("
  SELECT day, access_method, SUM(view_count) AS page_views
  FROM wmf.projectview_hourly
  WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
    AND project = 'pt.wikipedia'
    AND agent_type = 'user'
  GROUP BY day, access_method
")

xtabs(page_views ~ day + access_method, data = daily_views)
