SELECT
  maxmind_continent AS continent,
  SUM(uniques_estimate) AS unique_devices,
  ROUND(100 * SUM(uniques_offset) / SUM(uniques_estimate), 1) AS percent_seen_once
FROM wmf_readership.unique_devices_per_project_family_monthly
JOIN canonical_data.countries ON iso_code = country_code
WHERE day = DATE '[[[ month ]]]-01'
  AND project_family = 'wikipedia'
GROUP BY maxmind_continent
ORDER BY unique_devices DESC;
