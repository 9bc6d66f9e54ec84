"""How long a test waits for what it can only wait for."""

from __future__ import annotations

#: Far more than a healthy machine needs: one that is busy with other things is no failure.
SECONDS = 150
#: Enough for what a page of the site does by itself once it is there. What has not come by then
#: never comes, and a test that waits for it has failed: that is to be told while somebody looks.
SOON = 15
