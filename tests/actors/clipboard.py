"""What a reader copies from the published site, and the files that they download there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from macros import profile
from macros.facts import current
from macros.profile import Profile
from tests.environments.web import chromium, site_server
from tests.guide import reading
from tests.guide.reading import Block
from tests.guide.steps import saved_at

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: In the page: press the button of each block in a list of numbers, and read the clipboard.
_COPY_EACH = """
async numbers => {
  const blocks = [...document.querySelectorAll("article pre > code")], copied = [];
  for (const number of numbers) {
    await navigator.clipboard.writeText("nothing was copied");
    blocks[number].closest(".highlight").querySelector("[data-md-type=copy]").click();
    copied.push(await navigator.clipboard.readText());
  }
  return copied;
}
"""


def copied(site: Path, reader: Profile, pages: Iterable[Path]) -> dict[Block, str]:
    """Return what `reader` takes from the blocks of `pages`, as the site in the folder `site` is.

    A file to keep is downloaded; everything else but shown output is copied by its button. Blocks
    that are not for this reader are left out.
    """
    found: dict[Block, str] = {}
    with site_server.serving(site) as server, chromium.launched() as browser:
        context = chromium.new_context(
            browser, permissions=["clipboard-read", "clipboard-write"], accept_downloads=True
        )
        window = context.new_page()
        window.goto(server.address)
        window.evaluate("values => localStorage.setItem('guide-profile', values)", _given(reader))
        for page in dict.fromkeys(pages):
            name = str(page.relative_to(reading.DOCS)).removesuffix(".md").removesuffix("index")
            window.goto(server.address + name)
            found |= _of_page(window, page, reader.values)
    return found


def _given(reader: Profile) -> str:
    declared = profile.fields(current())
    return json.dumps({name: v for name, v in reader.values.items() if name in declared})


def _of_page(window: Page, page: Path, values: Mapping[str, str]) -> Iterator[tuple[Block, str]]:
    wanted = {
        number: block
        for number, block in enumerate(reading.blocks(page))
        if block.place != "output" and block.is_for(values)
    }
    kept = {number: block for number, block in wanted.items() if saved_at(block)}
    texts = window.evaluate(_COPY_EACH, [number for number in wanted if number not in kept])
    yield from zip((b for n, b in wanted.items() if n not in kept), texts, strict=True)
    for number, block in kept.items():
        code = window.locator("article pre > code").nth(number)
        with window.expect_download() as download:
            block_of = code.locator("xpath=ancestor::div[contains(@class, 'highlight')][1]")
            block_of.get_by_role("button", name="Download").click()
        yield block, download.value.path().read_text(encoding="utf-8")
