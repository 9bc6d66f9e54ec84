"""Stands in for wmfdata.metadata, from whose file its version is read."""

from __future__ import annotations

source = "https://gitlab.wikimedia.org/repos/data-engineering/wmfdata-python"
version = "2.4.0"
