SELECT
  event.action,
  COUNT(*) AS events,
  COUNT(DISTINCT event.searchSessionId) AS sessions
FROM event.searchsatisfaction
WHERE year = 2026 AND month = 11 AND day = 10
  AND useragent.os_family = 'Windows'
  AND useragent.browser_family = 'Firefox'
GROUP BY event.action
ORDER BY events DESC;
