SELECT
  source,
  request.query_type AS query_type,
  COUNT(*) AS requests,
  ROUND(100 * COUNT_IF(request.hits_total = 0) / COUNT(*), 1) AS percent_without_results
FROM event.mediawiki_cirrussearch_request
LATERAL VIEW EXPLODE(elasticsearch_requests) requests AS request
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10
GROUP BY source, request.query_type
ORDER BY requests DESC;
