"""Stands in for wmfdata.utils; the same functions as there."""

from __future__ import annotations

import functools
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime
from math import floor, log10
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import HTML, display

from .settings import SETTINGS

_TOGGLE = """<button onclick="document.querySelectorAll('.jp-Cell-inputWrapper, div.input')
.forEach(cell => { cell.hidden = !cell.hidden })">Show or hide the code</button>"""


def print_err(*said: object, **options: Any) -> None:
    """Print what is `said` to standard error, empty lines between; one follows on the output."""
    options.setdefault("sep", "\n\n")
    print(*said, file=sys.stderr, **options)
    print()


def sig_figs(x: float, n_figs: int) -> float:
    """Return `x` rounded to `n_figs` significant figures."""
    return round(x, n_figs - 1 - floor(log10(abs(x))))


def pct_str(x: float, decimals: int = 1) -> str:
    """Return `x`, a share, as text in percent."""
    return f"{x * 100:,.{decimals}f}%"


def num_str(x: float, n_figs: int = 2) -> str | None:
    """Return `x` as text with `n_figs` significant figures; None where it is no number."""
    try:
        return f"{sig_figs(x, n_figs):,}"
    except (ValueError, TypeError):
        return None


def pd_display_all(df: pd.DataFrame) -> None:
    """Show the whole of `df`."""
    whole = {"display.max_rows": None, "display.max_columns": None, "display.max_colwidth": None}
    with pd.option_context(whole):
        display(df)  # type: ignore[no-untyped-call]


def insert_code_toggle() -> None:
    """Show a button that hides the code of an exported notebook."""
    display(HTML(_TOGGLE))  # type: ignore[no-untyped-call]


def suppress_pandas_dbapi_warning(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return `ask` without the warning of pandas about drivers that are none of SQLAlchemy's."""

    @functools.wraps(ask)
    def quiet(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "pandas only supports SQLAlchemy", UserWarning)
            return ask(*args, **kwargs)

    return quiet


def mediawiki_dt(dt: datetime) -> str:
    """Return `dt` as MediaWiki stores times: 14 digits."""
    return dt.strftime("%Y%m%d%H%M%S")


def df_to_remarkup(df: pd.DataFrame) -> None:
    """Print `df`, without its index, as a table of Remarkup."""
    rows = [list(df.columns), ["-----"] * len(df.columns), *df.to_numpy().tolist()]
    print("\n".join(f"| {' | '.join(map(str, row))}" for row in rows))


def check_kerberos_auth() -> None:
    """Raise OSError where there is no Kerberos ticket."""
    code = subprocess.call(["klist", "-s"])
    if code == 1:
        raise OSError(
            "You do not have Kerberos credentials. Authenticate using `kinit` "
            "or run your script as a keytab-enabled user."
        )
    if code:
        raise OSError("There was an unknown issue checking your Kerberos credentials.")


def ensure_list(str_or_list: str | list[str]) -> list[str]:
    """Return a list as it is, a text as a list of one."""
    return [str_or_list] if isinstance(str_or_list, str) else str_or_list


def get_dblist(dblist_name: str, dblist_path: str = SETTINGS["dblists"]) -> list[str]:
    """Return the wikis in the list called `dblist_name`."""
    lines = (Path(dblist_path) / f"{dblist_name}.dblist").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if not line.startswith("#")]


def sql_tuple(i: Iterable[Any]) -> str:
    """Return the items of `i` as SQL writes them after IN; raises ValueError where it is empty."""
    items = list(i)
    if not items:
        raise ValueError("Cannot produce an SQL tuple without any items.")
    return f"({', '.join(map(repr, items))})"


def check_remote_version(source_url: str, local_version: str) -> dict[str, Any]:
    """Say that there is no newer version: the lab has no place to ask."""
    return {"version": local_version, "is_newer": False, "is_new_major_version": False}


def python_version() -> str:
    """Return the version of this Python, as 3.11."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
