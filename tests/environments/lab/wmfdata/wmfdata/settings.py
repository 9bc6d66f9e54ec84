"""What the lab tells the stand-in about itself."""

from __future__ import annotations

import json
from pathlib import Path

#: Written when the lab starts.
SETTINGS: dict[str, str] = json.loads(Path("/etc/wmfdata.json").read_text(encoding="utf-8"))
