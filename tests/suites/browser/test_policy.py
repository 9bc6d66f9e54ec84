"""The Content-Security-Policy: what it allows is what the site needs, and it bites."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect
from selectolax.lexbor import LexborHTMLParser

from macros.errors import ROOT
from tests.actors.reader import NewReader, Reader, wait_for_silence
from tests.environments import patience
from tests.environments.built_site import Site
from tests.environments.web import chromium

pytestmark = pytest.mark.slow

PARTIAL = "macros/theme/partials/policy.html"
META = 'meta[http-equiv="Content-Security-Policy"]'
#: A page with blocks to copy, tabs, and marks with a reason.
BUSY = "data/engines/"
#: What foreign text would do if it were ever taken for a part of the page, as a script that
#: puts it there. Each sets `window.ran`, and does where there is no policy.
ATTACKS = {
    "inline script": """() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
    }""",
    "event handler": """() => {
        document.body.insertAdjacentHTML(
            "beforeend", "<img src='data:,' onerror='window.ran = true'>");
    }""",
    "address that is a script": """() => {
        document.body.insertAdjacentHTML(
            "beforeend", "<a href='javascript:void(window.ran = true)'>x</a>");
        document.body.lastElementChild.click();
    }""",
    "text as code": "() => { setTimeout('window.ran = true'); }",
    "script from a data address": """() => {
        const script = document.createElement("script");
        script.src = "data:text/javascript,window.ran = true";
        document.body.append(script);
    }""",
    "inline style": """() => {
        document.body.insertAdjacentHTML("beforeend", "<p style='position: fixed'>x</p>");
        const { position } = getComputedStyle(document.body.lastElementChild);
        window.ran = position === "fixed";
    }""",
    "frame": """() => {
        const frame = document.createElement("iframe");
        frame.src = "data:text/html,<script>parent.postMessage(1, '*')</script>";
        window.onmessage = () => { window.ran = true; };
        document.body.append(frame);
    }""",
    "form that is sent": """() => {
        const form = document.createElement("form");
        document.body.append(form);
        addEventListener("pagehide", () => sessionStorage.setItem("ran", "true"));
        form.submit();
    }""",
    "other base": """() => {
        document.head.insertAdjacentHTML("afterbegin", "<base href='https://elsewhere.invalid/'>");
        window.ran = document.baseURI.includes("elsewhere");
    }""",
}  # fmt: skip


def sent(site: Site) -> dict[str, str]:
    """Return the policy of every built page, by its path in the site."""
    found = {}
    for path in sorted(site.folder.rglob("*.html")):
        tags = LexborHTMLParser(path.read_text(encoding="utf-8")).css(META)
        assert len(tags) == 1, f"{path.relative_to(site.folder)}: {len(tags)} policies"
        found[str(path.relative_to(site.folder))] = tags[0].attributes["content"] or ""
    return found


def inline_scripts(site: Site) -> dict[str, str]:
    """Return the inline scripts of all pages by their hashes, as a policy names them."""
    found = {}
    for path in site.folder.rglob("*.html"):
        for script in LexborHTMLParser(path.read_text(encoding="utf-8")).css("script:not([src])"):
            if script.attributes.get("type") in (None, "text/javascript", "module"):
                text = script.text()
                digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
                found[f"sha256-{digest}"] = text
    return found


def test_the_policy_names_the_inline_scripts_and_no_others(site: Site) -> None:
    used = inline_scripts(site)
    listed = re.findall(r'"(sha256-[^"]+)"', (ROOT / PARTIAL).read_text(encoding="utf-8"))
    wanted = "\n".join(f'  "{digest}",' for digest in used)
    assert set(listed) == set(used), f"{PARTIAL}: the list of scripts has to be\n{wanted}"


def test_every_page_has_the_same_strict_policy(site: Site) -> None:
    policies = sent(site)
    (policy,) = set(policies.values())
    assert "404.html" in policies
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"unsafe-|\*|https?:|data:(?!; connect)", policy), policy


def test_publishing_gives_the_same_policy_as_a_header(site: Site) -> None:
    (policy,) = set(sent(site).values())
    header = f"{policy}; frame-ancestors 'none'"
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert told.count(header) == 1, f"CONTRIBUTING.md, on publishing, has to send\n{header}"


def test_no_page_sets_styles_or_handlers_in_attributes(site: Site) -> None:
    """The policy would refuse them; here they are found with their page."""
    found = []
    for path in site.folder.rglob("*.html"):
        for node in LexborHTMLParser(path.read_text(encoding="utf-8")).css("body *"):
            bad = [name for name in node.attributes if name == "style" or name.startswith("on")]
            found += [f"{path.relative_to(site.folder)}: {node.tag} {name}=" for name in bad]
    assert not found, "put it into docs/assets: " + "\n".join(found)


def use(reader: Reader) -> None:
    """Do what the site's own scripts are for: colours, copy, tabs, a mark, search."""
    page = reader.open(BUSY)
    page.get_by_title("Use dark colours").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    block = page.locator("div.highlight:has(.md-code__button)").first
    block.scroll_into_view_if_needed()
    block.locator(".md-code__button").first.click()
    code = block.locator("code").inner_text()
    assert page.evaluate("navigator.clipboard.readText()").rstrip("\n") == code.rstrip("\n")
    page.locator(".tabbed-labels label").nth(1).click()
    expect(page.locator(".tabbed-block").nth(1)).to_be_visible()
    page.locator("button.mark").first.click()
    expect(page.locator(".reason:popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".md-search__input").fill("kerberos")
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url(re.compile("kerberos"))
    wait_for_silence(page, reader.requests)


def test_the_site_works_under_the_policy(reader: Reader) -> None:
    use(reader)
    assert reader.complaints == []
    assert [url for url in reader.requests if not url.startswith(reader.base)] == []


def test_the_site_works_under_the_header_and_in_no_frame(site: Site, new_reader: NewReader) -> None:
    (policy,) = set(sent(site).values())
    framed = new_reader()

    def answer(route: Route) -> None:
        answered = route.fetch()
        header = {"content-security-policy": f"{policy}; frame-ancestors 'none'"}
        route.fulfill(response=answered, headers={**answered.headers, **header})

    framed.context.route("**/*", answer)
    use(framed)
    assert framed.complaints == []
    page = framed.context.new_page()
    page.on("console", framed._listen)
    page.set_content(f"<iframe src='{framed.base}'></iframe>")
    page.wait_for_timeout(300)
    assert "frame-ancestors 'none'" in "".join(framed.complaints)


@pytest.fixture(scope="module")
def careless(browser: Browser, served: str) -> Iterator[Reader]:
    """Somebody whose browser knows of no policy."""
    context = chromium.new_context(browser, patience.SOON, bypass_csp=True)
    yield Reader(context, served)
    context.close()


@pytest.mark.parametrize("kind", ATTACKS)
def test_foreign_text_cannot_run(reader: Reader, careless: Reader, kind: str) -> None:
    careless.leave()
    for somebody, bypass in ((careless, True), (reader, False)):
        page = somebody.open("start/way-in/")
        # The form of an earlier attack is noted as its page goes.
        page.evaluate("sessionStorage.clear()")
        page.evaluate(ATTACKS[kind])
        page.wait_for_timeout(300)
        ran = page.evaluate("window.ran || sessionStorage.getItem('ran')")
        assert bool(ran) == bypass, f"{kind}: {'no attack' if bypass else 'the policy let it run'}"
    assert "Content Security Policy" in "".join(reader.complaints)


@pytest.mark.parametrize("what", ["script", "img", "iframe", "link", "fetch"])
def test_nothing_is_loaded_from_elsewhere_even_if_asked(reader: Reader, what: str) -> None:
    page = reader.open("start/way-in/")
    page.evaluate(
        """(what) => {
            const there = "https://elsewhere.invalid/x";
            if (what === "fetch") return void fetch(there).catch(() => 0);
            const node = document.createElement(what);
            node.rel = "stylesheet";
            node[what === "link" ? "href" : "src"] = there;
            document.body.append(node);
        }""",
        what,
    )
    page.wait_for_timeout(300)
    assert "Content Security Policy" in "".join(reader.complaints), "the policy lets it through"
