-- What each group of an experiment did; put the name of yours in the place of my-experiment.
SELECT
  experiment.assigned AS variant,
  COUNT(DISTINCT experiment.subject_id) AS subjects,
  COUNT(DISTINCT IF(action = 'click', experiment.subject_id, NULL)) AS subjects_who_clicked,
  COUNT_IF(action = 'click') AS clicks
FROM event.product_metrics_web_base
WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
  AND experiment.enrolled = 'my-experiment'
GROUP BY experiment.assigned
ORDER BY variant;
