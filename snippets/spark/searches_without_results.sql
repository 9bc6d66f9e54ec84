SELECT
  source,
  request.query_type AS query_type,
  COUNT(*) AS requests,
  ROUND(100 * COUNT_IF(request.hits_total = 0) / COUNT(*), 1) AS percent_without_results
FROM event.mediawiki_cirrussearch_request
LATERAL VIEW EXPLODE(elasticsearch_requests) requests AS request
WHERE year = 2026 AND month = 11 AND day = 10
GROUP BY source, request.query_type
ORDER BY requests DESC;
