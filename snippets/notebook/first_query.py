from pathlib import Path

import pandas as pd
from wmfdata import presto

views = presto.run("""
    SELECT day, access_method, SUM(view_count) AS views
    FROM wmf.projectview_hourly
    WHERE year = [[[ month_year ]]] AND month = [[[ month_number ]]]
      AND project = 'en.wikipedia'
      AND agent_type = 'user'
    GROUP BY day, access_method
    ORDER BY day, access_method
""")

by_day = views.pivot_table(index="day", columns="access_method", values="views", aggfunc="sum")
share = by_day.div(by_day.sum(axis="columns"), axis="index")

folder = Path.home() / "access_method_share"
folder.mkdir(exist_ok=True)
share.to_csv(folder / "[[[ month ]]].csv")

pd.read_csv(folder / "[[[ month ]]].csv", index_col="day").round(3)
