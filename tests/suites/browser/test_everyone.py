"""The guide by keyboard, on a phone, without motion, from right to left, on paper, in contrast."""

from __future__ import annotations

import json
import re
import time
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.actors.reader import DESKTOP, PHONE, NewReader, Reader
from tests.environments import patience
from tests.environments.web.paper import closed, stands, text_of

pytestmark = pytest.mark.slow

#: A page with blocks to copy, tabs, and marks with a reason.
BUSY = "data/engines/"

# -- by keyboard -----------------------------------------------------------------------------------

#: What has the focus, and whether one sees it: an outline of 2 px on it or on what stands for it.
FOCUSED = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const others = [...(focused.labels ?? []),
        focused.matches(".md-option") && focused.nextElementSibling,
        focused.closest(".tabbed-set")?.querySelector(":scope > .tabbed-labels")];
    const seen = (shown) => {
        const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
            && style.visibility === "visible" && style.opacity > 0
            && box.width > 2 && box.height > 2
            && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    };
    return {
        tag: focused.outerHTML.slice(0, 160),
        seen: [focused, ...others].some((shown) => shown && seen(shown)),
    };
}"""
WALK = [(BUSY, DESKTOP), (BUSY, PHONE), ("start/your-details/", PHONE), ("no/such/page/", DESKTOP)]


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until what `selector` names has the focus."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"the tab key does not reach {selector}", pytrace=False)


@pytest.mark.parametrize(("address", "size"), WALK)
def test_the_focus_is_always_seen(reader: Reader, address: str, size: tuple[int, int]) -> None:
    page = reader.at(size, reduced_motion="reduce").open(address)
    page.wait_for_load_state("networkidle")
    stops, unseen = 0, []
    page.keyboard.press("Tab")
    while focused := page.evaluate(FOCUSED):
        stops += 1
        unseen += [] if focused["seen"] else [focused["tag"]]
        assert stops < 400, "the tab key goes round in a circle"
        page.keyboard.press("Tab")
    assert stops > 10
    assert not unseen, "no visible focus on:\n" + "\n".join(unseen)


def test_the_first_stop_leads_to_the_text(reader: Reader) -> None:
    page = reader.open(BUSY)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_navigation(reader: Reader, size: tuple[int, int]) -> None:
    page = reader.at(size, reduced_motion="reduce").open(BUSY)
    if size == PHONE:
        tab_to(page, ".md-header .drawer")
        page.keyboard.press("Space")
        expect(page.locator("#__drawer")).to_be_checked()
    tab_to(page, ".md-nav--primary a[href$='pageviews/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("data/pageviews/"))


def test_the_other_parts_in_the_drawer(reader: Reader) -> None:
    page = reader.at(PHONE, reduced_motion="reduce").open(BUSY)
    for stop in (
        ".md-header .drawer",
        ".md-nav__title[for^='__nav']",
        ".md-nav__link[for='__nav_2']",
    ):
        tab_to(page, stop)
        assert page.evaluate(FOCUSED)["seen"], f"no visible focus on {stop}"
        page.keyboard.press("Enter")
    tab_to(page, ".md-nav--primary a[href$='access/ssh/']")
    assert page.evaluate(FOCUSED)["seen"]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("access/ssh/"))


def test_the_drawer_closes(reader: Reader) -> None:
    page = reader.at(PHONE).open(BUSY)
    tab_to(page, ".md-header .drawer")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#__drawer")).not_to_be_checked()
    expect(page.locator(".md-sidebar--primary")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_search(reader: Reader, size: tuple[int, int]) -> None:
    page = reader.at(size, reduced_motion="reduce").open(BUSY)
    tab_to(page, ".md-search__input")
    page.keyboard.type("kerberos")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("kerberos"))


def test_copy_tabs_marks_and_colours(reader: Reader) -> None:
    page = reader.at(DESKTOP, reduced_motion="reduce").open(BUSY)
    tab_to(page, "[name='__palette']")
    page.keyboard.press("ArrowRight")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    tab_to(page, "button.mark")
    page.keyboard.press("Enter")
    expect(page.locator(".reason:popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".reason:popover-open")).to_have_count(0)
    tab_to(page, ".tabbed-set > input")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tabbed-block").nth(1)).to_be_visible()
    page.reload()
    tab_to(page, ".md-code__button")
    page.keyboard.press("Enter")
    block = page.locator("div.highlight:has(.md-code__button:focus) code").inner_text()
    assert page.evaluate("navigator.clipboard.readText()").rstrip("\n") == block.rstrip("\n")


def test_a_task_is_ticked(reader: Reader) -> None:
    page = reader.open("data/")
    tab_to(page, "input[data-task]")
    page.keyboard.press("Space")
    expect(page.locator("input[data-task]:focus")).to_be_checked()


# -- pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(320, 640), PHONE], ids=["small", "phone"])
@pytest.mark.parametrize("address", ["data/", "start/way-in/"])
def test_pictures_fit_and_can_be_read(reader: Reader, address: str, size: tuple[int, int]) -> None:
    page = reader.at(size).open(address)
    figure = page.locator("figure.picture")
    assert figure.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    pixels = figure.evaluate(
        """(node) => Math.min(...[...node.querySelectorAll("text")].map((text) =>
            parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
    )
    assert pixels > 9.5, f"/{address}: letters of {pixels:.1f} px in the picture"
    outside = figure.evaluate(
        """(node) => [...node.querySelectorAll("text")].filter((text) => {
            const box = node.querySelector("svg").getBoundingClientRect();
            const own = text.getBoundingClientRect();
            return own.left < box.left || own.right > box.right;
        }).map((text) => text.textContent)"""
    )
    assert not outside, f"/{address}: cut off in the picture: {outside}"


# -- without motion --------------------------------------------------------------------------------

MOVING = """() => [...document.querySelectorAll("*")].filter((node) => {
    const style = getComputedStyle(node);
    return style.transitionDuration.split(", ").some((time) => time !== "0s")
        || style.animationName !== "none" || style.scrollBehavior === "smooth";
}).length"""


def test_nothing_moves_for_who_does_not_want_it(reader: Reader) -> None:
    page = reader.open(BUSY)
    moving = page.evaluate(MOVING)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    still = page.evaluate(MOVING)
    assert moving > 0 and still == 0


# -- from right to left ----------------------------------------------------------------------------

#: The visible order of a value and the letters before and after it, where it is not left to right.
OUT_OF_ORDER = """() => {
    const box = (node, start, end) => {
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, end);
        return range.getBoundingClientRect();
    };
    const within = (root) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) if (walker.currentNode.data) found.push(walker.currentNode);
        return found;
    };
    const found = [];
    for (const value of document.querySelectorAll("[data-value=full_name]")) {
        const texts = within(value.closest("p, li, td, pre") ?? value.parentElement);
        const own = value.getBoundingClientRect(), inside = texts.indexOf(value.firstChild);
        const before = texts[inside - 1], after = texts[inside + 1];
        const left = before && box(before, before.length - 1, before.length);
        const right = after && box(after, 0, 1);
        const line = (other) => other.width && other.top < own.bottom && other.bottom > own.top;
        if (left && line(left) && left.right > own.left + 1) found.push(before.data + " | before");
        if (right && line(right) && right.left < own.right - 1) found.push("after | " + after.data);
    }
    return found;
}"""


def test_a_name_from_right_to_left_leaves_its_neighbours_in_place(reader: Reader) -> None:
    name = "محمد علي"
    page = reader.open("setup/git/")
    page.evaluate(
        "(text) => localStorage.setItem('guide-profile', text)", json.dumps({"full_name": name})
    )
    page.reload()
    shown = page.locator("article [data-value=full_name]")
    assert shown.count()
    assert set(shown.all_inner_texts()) == {name}
    # The harmful kind: neutral signs and a number directly after the name.
    page.evaluate(
        """() => {
            const value = document.querySelector("article [data-value=full_name]");
            const line = document.querySelector("article").appendChild(document.createElement("p"));
            line.append("for ", value.cloneNode(true), ": 10 of 2");
        }"""
    )
    assert page.evaluate(OUT_OF_ORDER) == []


# -- on paper --------------------------------------------------------------------------------------

SCREEN_ONLY = (
    ".md-header, .md-sidebar, .md-footer, .md-path, .md-top, .md-skip, .md-code__nav, .headerlink,"
    " .md-content__button, .block-buttons, .details-bar, .details-files, .md-search"
)


@pytest.mark.parametrize("address", ["access/ssh/", BUSY, "start/way-in/", "start/ticket/"])
def test_a_printed_page_has_the_text_and_nothing_to_press(reader: Reader, address: str) -> None:
    page = reader.open(address)
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    seen = page.evaluate(
        "(s) => [...document.querySelectorAll(s)].filter((node) => node.checkVisibility())"
        ".map((node) => node.outerHTML.slice(0, 80))",
        SCREEN_ONLY,
    )
    assert not seen, "on paper stand: " + "\n".join(seen)
    page.set_viewport_size({"width": 700, "height": 1000})
    cut = page.evaluate(
        "() => [...document.querySelectorAll('article pre > code')]"
        ".filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.textContent)"
    )
    assert not cut, f"cut off on paper: {cut}"
    addresses = page.evaluate(
        "() => [...document.querySelectorAll('article a[href^=http]:not([data-prefilled])')]"
        ".map((node) => [node.getAttribute('href'), getComputedStyle(node, '::after').content])"
        ".filter(([address, shown]) => !shown.includes(address))"
    )
    assert not addresses, f"links without their address on paper: {addresses}"
    paper = text_of(page.pdf())
    texts = page.locator("article :is(h1, h2, pre > code, p:not(:has(a)))").all_text_contents()
    lost = [text for text in texts if not stands(closed(text.removesuffix("¶")), paper)]
    assert len(texts) > 3 and not lost, f"not in the PDF: {lost}"


def test_on_paper_a_mark_gives_its_reason_and_a_form_is_not_filled_in(reader: Reader) -> None:
    page = reader.open(BUSY)
    page.emulate_media(media="print")
    reason = page.locator(".reason").first
    assert reason.is_visible()
    assert closed(f"({reason.text_content()})") in text_of(page.pdf())
    page = reader.open("start/ticket/")
    expect(page.locator("[data-prefilled]").first).to_have_attribute("href", re.compile("title="))
    assert "description=" not in text_of(page.pdf())


# -- in colours of one's own -----------------------------------------------------------------------

_Colour = tuple[str, str | None, str]
GROUND: _Colour = ("body", None, "backgroundColor")
BAR: _Colour = (".tabbed-labels", "::before", "backgroundColor")
FOUND = ".md-search-result__item:first-child mark"
#: Colours that must not be the same: of a part, its pseudo-element and a property of it, twice.
TOLD_APART: dict[str, list[tuple[_Colour, _Colour]]] = {
    BUSY: [
        ((".md-code__button", "::after", "backgroundColor"), GROUND),
        (BAR, GROUND),
        (BAR, (".tabbed-labels > label", None, "borderBottomColor")),
        ((FOUND, None, "color"), (FOUND, None, "backgroundColor")),
    ],
    "start/way-in/": [
        ((".picture text", None, "fill"), (".picture .box", None, "fill")),
        ((".picture .way", None, "stroke"), GROUND),
        ((".picture .head", None, "fill"), GROUND),
    ],
}
COLOURS = """(parts) => parts.map(([part, pseudo, property]) =>
    getComputedStyle(document.querySelector(part), pseudo)[property])"""


@pytest.mark.parametrize("address", TOLD_APART)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_ones_own_tell_the_same_apart(
    new_reader: NewReader, scheme: Literal["light", "dark"], address: str
) -> None:
    """As contrast themes of Windows do: here with the page in the other scheme than the system."""
    page = new_reader(forced_colors="active", color_scheme=scheme).open(address)
    page.evaluate(
        "(n) => document.getElementsByName('__palette')[n].click()", int(scheme == "light")
    )
    page.locator(".md-search__input").click()
    page.keyboard.insert_text("kerberos")
    expect(page.locator(".md-search-result mark").first).to_be_visible()
    for pair in TOLD_APART[address]:
        one, other = page.evaluate(COLOURS, pair)
        assert one and one != other and "rgba(0, 0, 0, 0)" not in (one, other), pair


def test_what_never_comes_is_told_in_seconds(reader: Reader) -> None:
    begun = time.monotonic()
    with pytest.raises(AssertionError, match="to be visible"):
        expect(reader.open().locator("#nothing")).to_be_visible()
    assert time.monotonic() - begun < 2 * patience.SOON


@pytest.mark.parametrize("address", ["access/ssh-keys/", "start/first-query/", "reference/hosts/"])
def test_every_table_has_lines_and_room(reader: Reader, address: str) -> None:
    """Material styles the tables that have no class, and scripts here give them attributes."""
    page = reader.open(address)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    looks = page.evaluate(
        "[...document.querySelectorAll('article table')].filter((table) => table.checkVisibility())"
        ".map((table) => { const cell = getComputedStyle(table.querySelector('tbody td'));"
        " return [cell.borderTopWidth, parseFloat(cell.paddingLeft) > 8,"
        " getComputedStyle(table.querySelector('th')).fontWeight]; })"
    )
    assert looks and all(look == looks[0] for look in looks)
    assert looks[0][1:] == [True, "700"] and looks[0][0] != "0px"
