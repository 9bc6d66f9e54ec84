"""How long a test waits for what it can only wait for."""

from __future__ import annotations

#: Far more than a healthy machine needs: one that is busy with other things is no failure.
SECONDS = 150
