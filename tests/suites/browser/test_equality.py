"""What a browser shows, copies and saves for a reader is what the macros render for that reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Locator, Page

from macros import profile, snippets
from macros.facts import current
from macros.profile import Profile
from macros.rendering import Guide
from macros.slots import fill
from macros.vocabulary import vocabulary
from tests.actors.reader import DESKTOP, Reader
from tests.environments import patience
from tests.environments.web import chromium
from tests.guide import profiles, reading, strategies
from tests.guide.reading import Block, address

pytestmark = pytest.mark.slow
SNIPPETS = snippets.load()
_HUNDREDS = 300
#: The length of what is a program, in characters.
_PROGRAM = 10_000
#: In the page: fill in each of many profiles, and return the visible blocks of snippets after each.
_FILL_EACH = """
profiles => profiles.map(values => {
  localStorage.setItem("guide-profile", JSON.stringify(values));
  dispatchEvent(new StorageEvent("storage", {key: "guide-profile"}));
  return [...document.querySelectorAll("article [data-snippet]")]
    .filter(block => !block.hidden)
    .map(block => [block.dataset.snippet, block.querySelector("pre > code").textContent]);
})
"""


def pages() -> list[Path]:
    """Return the pages that show a snippet which differs from reader to reader."""
    return [
        page
        for page in reading.pages()
        if any(b.snippet and (b.conditions or "qzv" in b.text) for b in reading.blocks(page))
    ]


@pytest.fixture(scope="session")
def hundreds() -> list[tuple[dict[str, str], Guide]]:
    """Hundreds of profiles, whole and partly filled in, the same in each run; with their guides."""
    found: list[dict[str, str]] = [dict(values) for values in profiles.AWKWARD.values()]

    @given(
        st.lists(
            strategies.profiles() | strategies.profiles(complete=False), min_size=10, max_size=10
        )
    )
    @settings(
        max_examples=_HUNDREDS // 10,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def draw(values: list[dict[str, str]]) -> None:
        found.extend(values)

    draw()
    readers = [profile.build(values, current()) for values in found]
    guides = [Guide(current(), reader, vocabulary, snippets=SNIPPETS) for reader in readers]
    return list(zip(found, guides, strict=True))


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(reading.DOCS)))
def test_hundreds_of_profiles(
    reader: Reader, hundreds: list[tuple[dict[str, str], Guide]], page: Path
) -> None:
    opened = reader.open(address(str(page.relative_to(reading.DOCS))))
    seen = opened.evaluate(_FILL_EACH, [values for values, _ in hundreds])
    assert len(seen) == len(hundreds) >= _HUNDREDS
    for (values, guide), blocks in zip(hundreds, seen, strict=True):
        assert [tuple(block) for block in blocks] == list(_rendered(page, guide)), values


def _rendered(page: Path, guide: Guide) -> Iterator[tuple[str, str]]:
    """Yield name and text of each snippet that `page` has for the reader of `guide`."""
    shown = dict.fromkeys(block.snippet for block in reading.blocks(page) if block.snippet)
    for name in shown:
        for variant in guide.variants(name):
            yield name, fill(variant.text, dict(guide.profile.values))


# -- a handful: reload, clipboard, selection, download -----------------------------------------


def settle(page: Page, someone: Profile) -> None:
    """Have the browser of `page` keep the values that `someone` has given."""
    given = {n: v for n, v in someone.values.items() if n in profile.fields(current())}
    page.evaluate("values => localStorage.setItem('guide-profile', values)", json.dumps(given))


def visible(page: Page) -> list[Locator]:
    """Return the code blocks of `page` that its reader sees."""
    codes = page.locator("article pre > code")
    seen = codes.evaluate_all("all => all.map((code) => code.checkVisibility())")
    return [code for code, is_seen in zip(codes.all(), seen, strict=True) if is_seen]


def expected(path: Path, someone: Profile) -> list[Block]:
    """Return the blocks of the page at `path` for `someone`, in order."""
    return [block for block in reading.blocks(path) if block.is_for(someone.values)]


def clipboard(page: Page) -> str:
    """Return what the clipboard holds."""
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("path", ["access/ssh.md", "start/ticket.md", "setup/git.md"])
def test_what_a_reader_copies_after_a_reload(reader: Reader, path: str) -> None:
    page = reader.at(DESKTOP, reduced_motion="reduce").open(address(path))
    for name in ("hyphens", "digits", "keywords", "other-scripts", "long"):
        someone = profiles.readers()[name]
        settle(page, someone)
        page.reload()
        blocks = expected(reading.DOCS / path, someone)
        codes = visible(page)
        assert len(codes) == len(blocks), name
        for code, block in zip(codes, blocks, strict=True):
            if block.place == "output":
                continue
            code.locator("xpath=ancestor::div[contains(@class,'highlight')][1]").locator(
                "button[data-md-type=copy]"
            ).click()
            copied = clipboard(page)
            wanted = fill(block.text, dict(someone.values)).rstrip("\n")
            assert copied == wanted, f"{block.where()} for {name}"


def one_of_each_kind() -> dict[str, Block]:
    """Return a block for each kind: its language and place, and whether it is a snippet.

    It is the longest that is no whole program: to copy the selection of one, which nobody does as
    it has buttons, Chromium takes seconds.
    """
    kinds: dict[str, Block] = {}
    for block in sorted(reading.all_blocks(), key=lambda block: -len(block.text)):
        if not block.conditions and len(block.text) < _PROGRAM:
            snippet = " snippet" if block.snippet else ""
            kinds.setdefault(f"{block.language} {block.place}{snippet}", block)
    # What is on one page follows on each other, so that it is opened once.
    return dict(sorted(kinds.items(), key=lambda kind: kind[1].page))


@pytest.fixture(scope="module")
def windows(browser: Browser, served: str) -> Iterator[dict[str, Page]]:
    """The windows of who has a script and values of their own, and of who has none."""
    with ExitStack() as stack:

        def window(script: bool) -> Page:
            context = chromium.new_context(
                browser,
                patience.SOON,
                permissions=["clipboard-read", "clipboard-write"],
                java_script_enabled=script,
            )
            stack.callback(context.close)
            return Reader(context, served).open()

        scripted = window(True)
        settle(scripted, profiles.readers()["hyphens"])
        yield {"with a script": scripted, "without": window(False)}


@pytest.mark.parametrize(
    ("script", "name"), [("with a script", "hyphens"), ("without", "sample")], ids=lambda part: part
)
@pytest.mark.parametrize("kind", one_of_each_kind())
def test_what_a_reader_selects_and_copies(
    windows: dict[str, Page], served: str, kind: str, script: str, name: str
) -> None:
    block = one_of_each_kind()[kind]
    page, url = windows[script], served + address(str(block.page.relative_to(reading.DOCS)))
    if page.url != url:
        page.goto(url)
    number = reading.blocks(block.page).index(block)
    code = page.locator("article pre > code").nth(number)
    _open_tab(code)
    windows["with a script"].evaluate("navigator.clipboard.writeText('nothing')")
    code.select_text()
    page.keyboard.press("Control+C")
    copied = clipboard(windows["with a script"])
    wanted = fill(block.text, dict(profiles.readers()[name].values))
    assert copied.rstrip("\n") == wanted.rstrip("\n")


def _open_tab(code: Locator) -> None:
    """Choose the tab that `code` is in, if it is in one."""
    tab = code.locator("xpath=ancestor::div[contains(@class, 'tabbed-block')]")
    if tab.count():
        number = tab.evaluate("tab => [...tab.parentNode.children].indexOf(tab)")
        tabs = tab.locator("xpath=ancestor::div[contains(@class, 'tabbed-set')]")
        tabs.locator(".tabbed-labels label").nth(number).click()


@pytest.mark.parametrize("name", ["hyphens", "other-scripts"])
def test_what_a_reader_saves(reader: Reader, name: str, tmp_path: Path) -> None:
    someone = profiles.readers()[name]
    page = reader.open()
    settle(page, someone)
    kept = [b for b in reading.all_blocks() if b.attributes.get("title", "").startswith("~/")]
    assert len(kept) >= 4
    for path in dict.fromkeys(block.page for block in kept):
        page.goto(reader.base + address(str(path.relative_to(reading.DOCS))))
        blocks = [b for b in expected(path, someone) if b in kept]
        buttons = [b for b in page.get_by_role("button", name="Download").all() if b.is_visible()]
        assert len(buttons) == len(blocks)
        for button, block in zip(buttons, blocks, strict=True):
            with page.expect_download() as download:
                button.click()
            download.value.save_as(tmp_path / "saved")
            saved = (tmp_path / "saved").read_bytes()
            assert saved == fill(block.text, dict(someone.values)).encode(), block.where()
            title = block.attributes["title"].split(" (")[0]
            assert download.value.suggested_filename == Path(title).name.lstrip(".")
