-- One hour, one source; counts only, no column that says who it was.
SELECT
  agent_type,
  access_method,
  COUNT(*) AS requests,
  COUNT_IF(is_pageview) AS page_views,
  ROUND(100 * COUNT_IF(http_status LIKE '5%') / COUNT(*), 3) AS percent_server_errors
FROM wmf.webrequest
WHERE webrequest_source = 'text'
  AND year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10 AND hour = 12
GROUP BY agent_type, access_method
ORDER BY requests DESC;
