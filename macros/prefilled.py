"""Links to Phabricator's form for tasks that fill it in.

The form takes its fields from the query of its address (Phabricator's user guide, "Forms"; the
facts prefill_base and prefill_parameters). Here stands what there is without a script, a link to
the empty form; the script makes the address from what the blocks above it show.
"""

from __future__ import annotations

import html
from urllib.parse import urlsplit


def link(form: str, project: str, name: str, reader: str = "", when: str = "") -> str:
    """Return the HTML of the link for the text `phabricator/NAME`, titled by `data-title="NAME"`.

    `form` is the address of the form, `project` the tag to set. `reader` says for whom the text
    is and `when` on what condition, where there is one for each kind of reader.
    """
    tag = f"<code>{html.escape(project)}</code>"
    condition = f' class="when" data-when="{html.escape(when)}"' if reader else ""
    label = f"The form on Phabricator ({reader})" if reader else "The form on Phabricator"
    return (
        f'<p{condition}><a href="{html.escape(form)}" rel="noreferrer" '
        f'data-prefilled="{html.escape(name)}" data-projects="{html.escape(project)}">'
        f"{html.escape(label)}</a>. "
        f"<span>It opens empty: copy the title and the text into it, and set the tag {tag}.</span>"
        f"<span hidden>It opens with the title and the text as they stand above, and with the tag "
        f"{tag}. The link sends these three, as part of its address, to "
        f"{html.escape(urlsplit(form).netloc)} and to nobody else. You can change all of them "
        f"there, and nothing is filed before you say so.</span> "
        f"<strong hidden>Still to be replaced: <span></span>.</strong></p>"
    )
