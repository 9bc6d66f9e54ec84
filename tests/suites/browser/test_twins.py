"""*Copy as Markdown* puts the page on the clipboard as its reader sees it."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

import pytest
from markdown_it import MarkdownIt

from macros import profile
from macros.facts import current
from macros.slots import fill
from tests.actors.reader import NewReader, Reader
from tests.guide import profiles, reading
from tests.guide.reading import address

pytestmark = pytest.mark.slow
PAGES = ["access/request.md", "access/ssh.md", "setup/jupyter.md"]
#: Of which nothing hangs on the day.
TIMELESS = PAGES[:2]


def copied(reader: Reader, page: str, name: str) -> str:
    """Return what a reader called `name` has on the clipboard after the button of `page`."""
    opened = reader.open(address(page))
    values = profiles.readers()[name].values if name else {}
    given = {n: v for n, v in values.items() if n in profile.fields(current())}
    opened.evaluate("values => localStorage.setItem('guide-profile', values)", json.dumps(given))
    opened.reload()
    opened.evaluate("navigator.clipboard.writeText('nothing')")
    opened.get_by_role("button", name="Copy as Markdown").press("Enter")
    opened.get_by_role("button", name="Copied", exact=True).wait_for()
    return str(opened.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["hyphens", "other-scripts"])
def test_it_has_the_values_and_the_parts_of_its_reader(
    reader: Reader, page: str, name: str
) -> None:
    text, someone = copied(reader, page, name), profiles.readers()[name]
    path = reading.DOCS / page
    wanted = [
        fill(b.text, dict(someone.values)) for b in reading.blocks(path) if b.is_for(someone.values)
    ]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    assert [token.content for token in tokens if token.type == "fence"] == wanted
    shown = reader.open(address(page)).locator("article h2, article h3").all()
    visible = [each.inner_text().rstrip("¶\n").strip() for each in shown if each.is_visible()]
    headings = re.findall(r"^#{2,3} (.*)$", re.sub(r"(?ms)^```.*?^```", "", text), re.MULTILINE)
    assert [heading.replace("`", "") for heading in headings] == visible
    assert not re.search("[\x00-\x08]", text)
    who = {"staff": "*Contractors*", "contractor": "*Foundation staff*"}
    assert who[someone.values["kind"]] not in text


@pytest.mark.parametrize("page", TIMELESS)
def test_without_details_it_is_the_twin_with_links_that_lead_there_from_anywhere(
    reader: Reader, page: str
) -> None:
    text = copied(reader, page, "")
    twin = reader.context.request.get(reader.base + page).text()

    def absolute(link: re.Match[str]) -> str:
        return f"]({urljoin(reader.base + page, link[1])})"

    assert text == re.sub(r"\]\((?![a-z]+:)([^)]*\.md[^)]*)\)", absolute, twin)


def test_a_twin_that_does_not_come_is_told(reader: Reader) -> None:
    page = reader.open(address("access/ssh.md"))
    page.route("**/*.md.in", lambda route: route.abort())
    page.get_by_role("button", name="Copy as Markdown").click()
    page.get_by_role("button", name="Not copied").wait_for()


def test_without_a_script_there_is_a_link(new_reader: NewReader) -> None:
    page = new_reader(java_script_enabled=False).open(address("access/ssh.md"))
    assert not page.get_by_role("button", name="Copy as Markdown").is_visible()
    page.get_by_role("link", name="This page in Markdown").click()
    assert page.url.endswith("/access/ssh.md")
