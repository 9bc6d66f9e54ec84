SELECT
  wiki,
  COUNT(*) AS previews,
  COUNT(DISTINCT event.source_page_id) AS source_pages
FROM event.virtualpageview
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]] AND day = 10
  AND is_wmf_domain
  AND NOT useragent.is_bot
GROUP BY wiki
HAVING COUNT(*) >= 1000
ORDER BY previews DESC;
