"""Where the reader is: ticks, progress and the next step, and the links that fill in a form."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from macros import checklist
from macros.facts import current
from tests.actors.reader import DESKTOP, PHONE, NewReader, Reader
from tests.guide.profiles import AWKWARD, readers

pytestmark = pytest.mark.slow

LIST = "start/progress/"
FORM = current().links["generic_task_form"].url
TASKS = checklist.every(checklist.load(current()))
#: The pages with a link that fills in a form, and the tag that it sets, by the name of the text.
FILLED = {
    "onboarding_ticket": ("start/ticket/", "Product-Analytics"),
    "access_request": ("access/request/", "SRE-Access-Requests"),
    "nda_request": ("access/request/", "LDAP-Access-Requests"),
}


def box(page: Page, task: str) -> Locator:
    """Return the box of `task`, whose accessible name is its text."""
    return page.get_by_role("checkbox", name=TASKS[task].text).and_(
        page.locator(f'[data-task="{task}"]')
    )


def counted(page: Page) -> tuple[int, int]:
    """Return how many tasks are done, and of how many, as the page says it twice."""
    said = re.match(r"(\d+) of (\d+) done", page.locator(".progress").inner_text())
    assert said, page.locator(".progress").inner_text()
    bar = page.get_by_role("progressbar", name=said[0])
    values = bar.evaluate("bar => [bar.value, bar.max]")
    assert values == [int(said[1]), int(said[2])]
    return int(said[1]), int(said[2])


def following(page: Page, who: str = "you") -> list[str]:
    """Return the texts under *Next step*, or those that wait for others; nothing where hidden."""
    part = page.locator(f'[data-next="{who}"]')
    return part.locator("li > label").all_inner_texts() if part.is_visible() else []


def keep(page: Page, **stored: Any) -> None:
    """Store `stored` in the browser, profile or done, and load the page again."""
    for name, value in stored.items():
        text = value if isinstance(value, str) else json.dumps(value)
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"guide-{name}", text])
    page.reload()


def stored(page: Page) -> Any:
    """Return what the browser keeps as done."""
    return json.loads(page.evaluate("localStorage.getItem('guide-done')"))


def test_a_tick_is_kept_and_the_next_step_moves_on(reader: Reader) -> None:
    page = reader.open(LIST)
    keep(page, profile={"kind": "staff"})
    done, number = counted(page)
    first, second = "account-mediawiki", "account-developer"
    assert following(page)[:2] == [TASKS[first].text, TASKS[second].text]
    box(page, first).check()
    assert counted(page) == (done + 1, number)
    assert following(page)[0] == TASKS[second].text
    page.reload()
    assert box(page, first).is_checked()
    assert counted(page) == (done + 1, number)
    box(page, first).uncheck()
    assert counted(page) == (done, number) and stored(page) == []
    assert reader.complaints == []


def test_the_first_page_has_one_next_step_and_says_how_far_each_card_is(reader: Reader) -> None:
    page = reader.open("")
    button = page.locator(".home-step a")
    expect(button).to_have_text(TASKS["account-mediawiki"].text)
    page.get_by_label("a contractor").check()
    page.get_by_label("macOS").check()
    expect(button).to_have_text(TASKS["nda-ask"].text)
    assert json.loads(page.evaluate("localStorage.getItem('guide-profile')")) == {
        "kind": "contractor",
        "system": "macos",
    }
    keep(page, done=["nda-ask", "account-mediawiki"])
    expect(button).to_have_text(TASKS["account-developer"].text)
    expect(button).to_have_attribute("href", "start/accounts/#developer-account")
    cards = page.locator(".card:visible")
    expect(cards.nth(0).locator(".card-state")).to_have_text("✓ done")
    expect(cards.nth(1).locator(".card-state")).to_contain_text("1 of 3 done")
    keep(page, done=list(TASKS))
    expect(button).to_have_text("All is done. You are on board.")
    page.goto(reader.base + "access/ssh-keys/")
    expect(page.locator(".md-nav--primary a.ended[href='./']")).to_have_count(1)
    assert reader.complaints == []


def test_without_a_script_the_first_page_leads_on(new_reader: NewReader) -> None:
    page = new_reader(java_script_enabled=False).open("")
    expect(page.locator(".home-step a")).to_have_text(TASKS["account-mediawiki"].text)
    assert page.locator(".switch:visible, .home-steps:visible, progress:visible").count() == 0
    assert page.locator(".card:visible").count() > 10


def test_other_tabs_and_other_pages_follow_at_once(reader: Reader) -> None:
    whole, keys = reader.open(LIST), reader.open("access/ssh-keys/")
    assert counted(keys)[0] == 0
    done = counted(whole)[0]
    box(keys, "ssh-keys").check()
    expect(box(whole, "ssh-keys")).to_be_checked()
    assert counted(whole)[0] == done + 1
    box(whole, "ssh-keys").uncheck()
    expect(box(keys, "ssh-keys")).not_to_be_checked()
    assert keys.locator(".here").get_by_role("link", name="Your checklist").count() == 1
    assert reader.complaints == []


def test_what_is_forgotten_is_ticked_no_more(reader: Reader) -> None:
    page = reader.open(LIST)
    box(page, "ssh-keys").check()
    page.evaluate(
        "localStorage.removeItem('guide-done'); document.dispatchEvent(new Event('guide:changed'))"
    )
    assert not box(page, "ssh-keys").is_checked()


def test_the_next_step_waits_for_nothing_and_says_what_to_do_meanwhile(reader: Reader) -> None:
    page = reader.open(LIST)
    asked = ["production-access-l3", "production-access-task", "production-access-manager"]
    assert TASKS["production-access"].text not in following(page, "others")
    keep(page, profile={"kind": "staff"}, done=["office-wiki-and-meta", *asked])
    assert following(page, "others")[0] == TASKS["production-access"].text
    waiting = page.locator('[data-next="others"] li').first
    assert "Meanwhile: Save the SSH configuration; " in waiting.inner_text()
    assert TASKS["first-login"].text not in following(page)
    everything = [task for task in TASKS if task not in ("first-login", "kerberos-password")]
    keep(page, done=everything)
    assert following(page) == [TASKS["first-login"].text] and following(page, "others") == []
    box(page, "first-login").check()
    assert following(page) == [TASKS["kerberos-password"].text]
    box(page, "kerberos-password").check()
    assert following(page) == [] and page.get_by_text("All is done.").is_visible()
    keep(page, done=[])
    assert box(page, "first-query").is_enabled(), "nothing is ever locked"


@pytest.mark.parametrize("kind", ["staff", "contractor"])
def test_only_tasks_of_this_reader_are_counted(reader: Reader, kind: str) -> None:
    page = reader.open(LIST)
    to_do = [task for task in TASKS.values() if not task.done]
    assert counted(page)[1] == len(to_do)
    others = [task.id for task in to_do if task.only not in (None, kind)]
    keep(page, profile={"kind": kind}, done=[others[0], "ssh-keys"])
    assert counted(page) == (1, len(to_do) - len(others))
    assert not page.locator(f'[data-task="{others[0]}"]').is_visible()
    assert (TASKS["nda-ask"].text in following(page)) is (kind == "contractor")
    assert (TASKS["office-wiki-and-meta"].text in following(page, "others")) is (kind == "staff")


def test_a_task_that_the_build_has_ticked_stays_so(reader: Reader) -> None:
    page = reader.open(LIST)
    ticked = page.locator('[data-task="list-engineering-all"]')
    assert ticked.is_checked() and ticked.is_disabled()
    assert page.locator("[data-task]:disabled").count() == 1


def test_the_keyboard_alone_ticks_and_shows_where_it_is(reader: Reader) -> None:
    page = reader.at(DESKTOP, reduced_motion="reduce").open("setup/shell/")
    first = box(page, "shell-files")
    for _ in range(200):
        page.keyboard.press("Tab")
        if first.evaluate("box => box === document.activeElement"):
            break
    assert first.evaluate("box => box === document.activeElement"), "Tab never gets to the box"
    look = first.evaluate(
        "box => [getComputedStyle(box).outlineStyle, box.matches(':focus-visible')]"
    )
    assert look[0] != "none" and look[1]
    page.keyboard.press("Space")
    assert first.is_checked() and counted(page) == (1, 1)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Your checklist"


HOSTILE = [
    "{",
    "null",
    "1",
    '"ssh-keys"',
    '{"ssh-keys": true, "length": 1, "0": "ssh-keys"}',
    '{"filter": "ssh-keys"}',
    '[["ssh-keys"], {"id": "ssh-keys"}, null, 5]',
    '["<img src=x onerror=document.title=1>", "SSH-KEYS", " ssh-keys", "ssh-keys\\n"]',
    '["constructor", "__proto__", "x]", "a\\"b"]',
    json.dumps(["x" * 61] * 1000),
    json.dumps([f"task-{n}" for n in range(20_000)]),
]


def test_a_broken_store_does_nothing(reader: Reader) -> None:
    page = reader.open(LIST)
    fresh = page.locator(".tasks").inner_text(), page.title()
    for text in HOSTILE:
        keep(page, done=text)
        assert (page.locator(".tasks").inner_text(), page.title()) == fresh, text[:60]
        box(page, "ssh-keys").check()
        kept = stored(page)
        strange = [task for task in kept if not re.fullmatch(r"[a-z0-9-]{1,60}", task)]
        assert "ssh-keys" in kept and not strange, text[:60]
    assert page.locator("article img").count() == 0
    assert reader.complaints == []


@pytest.mark.parametrize("refused", ["getItem", "setItem"])
def test_without_a_store_ticks_last_as_long_as_the_page(
    new_reader: NewReader, refused: str
) -> None:
    reader = new_reader()
    # The theme keeps things too, and is not asked here.
    reader.context.add_init_script(
        f"const real = Storage.prototype.{refused};"
        f"Storage.prototype.{refused} = function (key, ...more) {{"
        "  if (key.startsWith('guide-')) throw new DOMException('refused', 'SecurityError');"
        "  return real.call(this, key, ...more);"
        "};"
    )
    page = reader.open(LIST)
    box(page, "ssh-keys").check()
    box(page, "ssh-config").check()
    assert counted(page)[0] == 2
    assert reader.complaints == []


def test_without_a_script_the_list_can_be_read(new_reader: NewReader) -> None:
    page = new_reader(java_script_enabled=False).open(LIST)
    boxes = page.locator("[data-task]")
    assert boxes.count() == len(TASKS)
    assert page.locator("[data-task]:enabled").count() == 0
    assert page.get_by_text(TASKS["first-query"].text).is_visible()
    assert not page.locator(".progress").is_visible()
    assert page.locator("[data-next]:visible").count() == 0


def test_the_next_step_pushes_nothing_away(new_reader: NewReader) -> None:
    """Its place is above the list, which waits for it: no layout shift when it comes."""
    reader = new_reader(PHONE)
    reader.context.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => {"
        " for (const each of list.getEntries()) window.shift += each.value;"
        "}).observe({ type: 'layout-shift', buffered: true })"
    )
    page = reader.open(LIST)
    expect(page.locator('[data-next="you"]')).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") <= 0.02


# -- links that fill in a form -------------------------------------------------------------------


#: What the reader sees of a text that a link sends: addresses of links, titles and descriptions as
#: they are copied.
_PREFILLED = """(text) => {
    const seen = (selector) =>
        [...document.querySelectorAll(selector)].filter((part) => part.checkVisibility());
    const copied = (selector) =>
        seen(selector).map((block) => block.querySelector("pre > code").textContent);
    return [
        seen(`[data-prefilled="${text}"]`).map((link) => link.getAttribute("href")),
        copied(`[data-title="${text}"]`),
        copied(`[data-snippet="phabricator/${text}"]`),
    ];
}"""


@pytest.mark.parametrize("kind", ["staff", "contractor"])
def test_a_link_sends_what_the_blocks_show_and_no_more(reader: Reader, kind: str) -> None:
    pages = {address: reader.open(address) for address, _ in FILLED.values()}
    texts = {name: of for name, of in FILLED.items() if kind == "contractor" or name[:3] != "nda"}
    for name, values in {**AWKWARD, "sample": {}}.items():
        keep(pages["start/ticket/"], profile={**values, "kind": kind})
        pages["access/request/"].reload()
        for text, (address, tag) in texts.items():
            links, titles, descriptions = pages[address].evaluate(_PREFILLED, text)
            assert list(map(len, (links, titles, descriptions))) == [1, 1, 1], f"{text} for {name}"
            href, description = links[0], descriptions[0].rstrip()
            assert href.startswith(f"{FORM}?") and len(href) <= 8000 and href.isascii()
            assert parse_qs(urlsplit(href).query, strict_parsing=True) == {
                "title": [titles[0].rstrip()],
                "description": [description],
                "projects": [tag],
            }
            value = "full_name" if text == "onboarding_ticket" else "wiki_name"
            assert values.get(value, "Jane Doe") in description
    assert reader.complaints == []


def test_a_reader_who_has_not_said_what_they_are_has_a_link_for_each_text(reader: Reader) -> None:
    page = reader.open("start/ticket/")
    links = page.locator("[data-prefilled]").all()
    blocks = page.locator('[data-snippet="phabricator/onboarding_ticket"] pre > code').all()
    assert len(links) == len(blocks) == 2
    for link, block, who in zip(links, blocks, ("Foundation staff", "Contractors"), strict=True):
        sent = parse_qs(urlsplit(link.get_attribute("href") or "").query)
        assert sent["description"] == [(block.text_content() or "").rstrip()]
        assert sent["title"] == [f"Onboarding of {readers()['sample'].values['full_name']}"]
        assert who in link.inner_text()


def test_before_the_click_stands_what_is_sent_and_where(reader: Reader) -> None:
    page = reader.open("start/ticket/")
    keep(page, profile={"kind": "staff"})
    told = page.locator("p:has(> [data-prefilled]):visible")
    text = told.inner_text()
    for part in (
        "title and the text as they stand above",
        "Product-Analytics",
        "sends these three",
    ):
        assert part in text
    assert "phabricator.wikimedia.org" in text and "empty" not in text
    samples = [readers()["sample"].values[name] for name in ("full_name", "team", "manager")]
    assert f"Still to be replaced: {', '.join(samples)}." in text
    own = {"full_name": "Ada Byron", "team": "Editing", "manager": "Grace"}
    keep(page, profile={"kind": "staff", **own})
    assert "Still to be replaced" not in told.inner_text()


def test_a_text_that_is_too_long_for_an_address_is_to_be_copied(reader: Reader) -> None:
    page = reader.open("start/ticket/")
    keep(page, profile={"kind": "staff"})
    code = page.locator('[data-snippet="phabricator/onboarding_ticket"]:visible pre > code')
    link = page.locator("[data-prefilled]:visible")
    changed = "document.dispatchEvent(new Event('guide:changed'))"
    rest = len(link.get_attribute("href") or "") - len(code.text_content() or "")
    for longer, fits in ((0, True), (9000, False), (0, True)):
        code.evaluate(f"(code, text) => {{ code.textContent = text; {changed} }}", "x" * longer)
        href = link.get_attribute("href") or ""
        assert (href != FORM) is fits, f"{longer} characters and {rest} more"
        told = page.locator("p:has(> [data-prefilled]):visible").inner_text()
        assert ("It opens empty: copy" in told) is not fits and ("sends" in told) is fits


def test_without_a_script_the_form_is_empty_and_the_page_says_so(new_reader: NewReader) -> None:
    page = new_reader(java_script_enabled=False).open("access/request/")
    links = page.locator("[data-prefilled]").all()
    assert len(links) == 3
    for link in links:
        assert link.get_attribute("href") == FORM
        told = link.locator("..").inner_text()
        assert "It opens empty: copy the title and the text" in told and "sends" not in told
