from wmfdata import hive

daily_views = hive.run("""
    SELECT day, SUM(view_count) AS page_views
    FROM wmf.projectview_hourly
    WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
      AND project = 'sv.wikipedia'
      AND agent_type = 'user'
    GROUP BY day
""")

daily_views.sort_values("day")
