"""A whole page of the wiki: a notice on its samples, the guide's page, when it was verified."""

from __future__ import annotations

from macros import facts, profile
from macros.wikitext import escaping
from macros.wikitext.html import Page
from macros.wikitext.titles import Titles
from macros.wikitext.writing import Writer, note


def wikitext(page: Page, titles: Titles) -> str:
    """Return `page` as wikitext; raises GuideError with file and line."""
    blocks = Writer(page, titles).blocks(page.article)
    return "\n\n".join([_notice(page), *blocks, _end(page)]) + "\n"


def _notice(page: Page) -> str:
    said = ["This page is made from the onboarding guide: change it there, not here."]
    if page.article.css_first(".value"):
        said.append("A value with a dotted line is a sample: put your own in its place.")
    in_code = {
        node.attributes["data-value"] or "": node.text() for node in page.article.css("pre .value")
    }
    if in_code:
        named = ", ".join(
            f"<code>{escaping.code(v)}</code> ({_label(k)})" for k, v in in_code.items()
        )
        said.append(f"In the code blocks, these are samples, to be replaced by your own: {named}.")
    return note("export", "From the onboarding guide", " ".join(said))


def _label(name: str) -> str:
    """Return what the reader calls the value; one that hangs on a choice goes by its name."""
    field = profile.fields(facts.current()).get(name)
    return escaping.prose(field.label if field else name.replace("_", " "))


def _end(page: Page) -> str:
    verified, owner = (escaping.prose(str(page.meta.get(key))) for key in ("verified", "owner"))
    return (
        f"<small>Last verified against its sources on {verified}; a single fact can be older. "
        f"Kept by {owner}.</small>"
    )
