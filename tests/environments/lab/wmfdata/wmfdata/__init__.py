"""Stands in for wmfdata-python, which needs the analytics cluster; the same functions as there.

It runs where the real one does, on the stat host of the lab, and reaches the lab's servers. Other
than the real one it does not ask for a newer version when it is imported, has no module for
charts, and loads nothing into tables: those of the lab cannot be written to.
"""

from __future__ import annotations

from . import hive, mariadb, metadata, presto, spark, utils

__all__ = ["hive", "mariadb", "metadata", "presto", "spark", "utils"]
__version__ = metadata.version
