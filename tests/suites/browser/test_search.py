"""What newcomers type into the search leads to the right page, among the first three results."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from macros import yaml_lines
from tests.actors.reader import Reader
from tests.guide import reading
from tests.guide.reading import address

pytestmark = pytest.mark.slow
QUESTIONS = yaml_lines.load(Path(__file__).parent / "questions.yml")
#: Waits until the search says `said`; returns the links that can be seen of its first three
#: results, which are pages with their sections.
_SEEN = """async (said) => {
    const says = () => document.querySelector(".md-search-result__meta").textContent.trim();
    const end = performance.now() + 10000;
    while (!new RegExp(said).test(says()) && performance.now() < end)
        await new Promise((ready) => setTimeout(ready, 2));
    if (!new RegExp(said).test(says())) throw new Error(`the search says ${says()}`);
    // The results themselves are drawn after it has said how many there are.
    const drawn = () => document.querySelector(".md-search-result__item a");
    while (/^[0-9]/.test(says()) && !drawn() && performance.now() < end)
        await new Promise((ready) => setTimeout(ready, 2));
    return [...document.querySelectorAll(".md-search-result__item")].slice(0, 3).map((item) =>
        [...item.querySelectorAll("a")].filter((link) => link.checkVisibility())
            .map((link) => link.href));
}"""


def results(page: Page, base: str, question: str) -> list[list[str]]:
    """Paste `question` into the open search; return what is seen of the first three results.

    Each is a list of addresses within the site: the page, and sections of it.
    """
    page.locator("input.md-search__input").fill("")
    page.evaluate(_SEEN, "^Type to start")
    page.keyboard.insert_text(question)
    shown = page.evaluate(_SEEN, "^(No|[0-9]+) matching")
    return [[href.removeprefix(base.rstrip("/")) for href in item] for item in shown]


def leads_to(wanted: str, shown: list[list[str]]) -> bool:
    """Return whether the page `wanted`, as access/ssh, or its section is in `shown`."""
    name, _, section = wanted.partition("#")
    of_page = [href for item in shown for href in item if href.split("#")[0] == f"/{name}/"]
    return f"/{name}/#{section}" in of_page if section else bool(of_page)


def test_every_question_leads_to_its_page(reader: Reader) -> None:
    page = reader.open()
    page.locator("input.md-search__input").click()
    wrong = []
    for question, wanted in QUESTIONS.data.items():
        shown = results(page, reader.base, question)
        if not leads_to(wanted, shown):
            came = "; ".join(" ".join(item) for item in shown) or "nothing"
            line = QUESTIONS.line(question)
            wrong.append(
                f"tests/suites/browser/questions.yml:{line}: {question!r}"
                f" leads to {came}, not {wanted}"
            )
    assert not wrong, "\n".join([*wrong, "say it on the page, in the reader's words"])
    assert reader.complaints == []


def test_every_symptom_of_the_guide_is_among_the_questions() -> None:
    """Who pastes a message of a troubleshooting table finds the table."""
    asked = "\n".join(QUESTIONS.data)
    symptoms = [s.see for s in reading.guide(slots=False).sabotages().values() if s.see]
    missing = [see for see in symptoms if see not in asked]
    assert not missing, f"add to tests/suites/browser/questions.yml, as it is pasted: {missing}"


@pytest.mark.parametrize("key", ["/", "s"])
def test_the_keyboard_alone_opens_asks_and_follows(reader: Reader, key: str) -> None:
    page = reader.open(address("start/reading.md"))
    page.keyboard.press(key)
    expect(page.locator("input.md-search__input")).to_be_focused()
    page.keyboard.insert_text("kinit expired")  # at once: each list of results takes the focus away
    page.keyboard.press("End")
    page.evaluate(_SEEN, "^[0-9]+ matching")
    first = page.locator(".md-search-result__item a").first
    expect(first).to_have_attribute("href", re.compile("access/kerberos/"))
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/access/kerberos/"))
