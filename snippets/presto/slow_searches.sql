SELECT
  database AS wiki,
  COUNT(*) AS searches,
  COUNT_IF(CARDINALITY(elasticsearch_requests) > 1) AS with_several_requests,
  APPROX_PERCENTILE(request_time_ms, 0.5) AS median_ms,
  APPROX_PERCENTILE(request_time_ms, 0.95) AS slowest_5_percent_ms
FROM event.mediawiki_cirrussearch_request
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10
GROUP BY database
HAVING COUNT(*) >= 1000
ORDER BY searches DESC
