from wmfdata import presto

presto.run(
    """
    SELECT domain, SUM(uniques_estimate) AS unique_devices
    FROM wmf_readership.unique_devices_per_domain_monthly
    WHERE day = DATE '[[[ month ]]]-01'
      AND domain IN ('cs.wikipedia.org', 'fi.wikipedia.org', 'hu.wikipedia.org')
    GROUP BY domain
    ORDER BY unique_devices DESC
    """,
    catalog="analytics_iceberg",
)
