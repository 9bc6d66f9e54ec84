SELECT
  user_agent_map['os_family'] AS os,
  user_agent_map['browser_family'] AS browser,
  SUM(view_count) AS views
FROM wmf.pageview_hourly
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 1
  AND agent_type = 'user'
  AND access_method = 'mobile web'
GROUP BY user_agent_map['os_family'], user_agent_map['browser_family']
HAVING SUM(view_count) >= 10000
ORDER BY views DESC;
