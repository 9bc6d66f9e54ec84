SELECT
  content_type,
  COUNT(*) AS requests,
  ROUND(CAST(SUM(response_size) AS DOUBLE) / 1000000000, 1) AS gigabytes
FROM wmf.webrequest
WHERE webrequest_source = 'upload'
  AND year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10 AND hour = 12
  AND http_status IN ('200', '206')
GROUP BY content_type
HAVING COUNT(*) >= 1000
ORDER BY gigabytes DESC
