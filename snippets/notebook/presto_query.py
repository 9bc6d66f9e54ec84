from wmfdata import presto

chatbots = presto.run("""
    SELECT day, referer_name, SUM(view_count) AS views
    FROM wmf.pageview_hourly
    WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day <= 7
      AND agent_type = 'user'
      AND referer_class = 'external (AI chatbot)'
    GROUP BY day, referer_name
""")

chatbots.sort_values(["day", "views"], ascending=[True, False]).groupby("day").head(3)
