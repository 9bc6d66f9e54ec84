SELECT
  source,
  COUNT(*) AS searches
FROM event.mediawiki_cirrussearch_request
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10
  AND user_agent_map['os_family'] = 'Windows'
  AND user_agent_map['browser_family'] = 'Firefox'
GROUP BY source
ORDER BY searches DESC;
