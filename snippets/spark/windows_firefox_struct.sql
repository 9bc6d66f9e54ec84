SELECT
  event.action,
  COUNT(*) AS events,
  COUNT(DISTINCT event.searchSessionId) AS sessions
FROM event.searchsatisfaction
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10
  AND useragent.os_family = 'Windows'
  AND useragent.browser_family = 'Firefox'
GROUP BY event.action
ORDER BY events DESC;
