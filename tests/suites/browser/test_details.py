"""The reader's details: given once, in use everywhere, kept here alone, forgotten at a click."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from macros import checklist, profile, whole
from macros.facts import current
from tests.actors.reader import DESKTOP, NewReader, Reader
from tests.guide.reading import PAGES, address

pytestmark = pytest.mark.slow
FORM, SSH, WINDOWS = "start/your-details/", "access/ssh/", "start/windows/"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n"


def give(page: Page, name: str, value: str) -> None:
    """Fill in the value `name` and leave the field."""
    page.fill(f"#details-{name}", value)
    page.press(f"#details-{name}", "Tab")


def stored(page: Page) -> dict[str, str]:
    """Return what the browser keeps of the reader."""
    kept = page.evaluate("localStorage.getItem('guide-profile')")
    return dict(json.loads(kept)) if kept else {}


def test_a_value_is_in_use_at_once_in_every_tab(reader: Reader) -> None:
    form, ssh = reader.open(FORM), reader.open(SSH)
    name = ssh.locator("pre [data-value=shell_name]").first
    expect(name).to_have_text("jdoe")
    expect(name).to_have_class("value sample")
    give(form, "shell_name", "anne-marie")
    expect(name).to_have_text("anne-marie")
    expect(name).to_have_class("value own")
    form.select_option("#details-site", "esams")
    bastion = current().hosts["bast3007"].host
    expect(ssh.locator("pre [data-value=bastion]").first).to_have_text(bastion)
    expect(reader.open(SSH).locator("pre [data-value=shell_name]").first).to_have_text("anne-marie")


def test_a_choice_leaves_one_text(reader: Reader) -> None:
    page = reader.open("start/ticket/")
    blocks = page.locator("[data-snippet='phabricator/onboarding_ticket']")
    assert blocks.count() == 2
    expect(blocks.nth(0)).to_be_visible()
    expect(blocks.nth(1)).to_be_visible()
    reader.open(FORM).select_option("#details-kind", "contractor")
    expect(blocks.and_(page.locator("[data-when='kind=staff']"))).to_be_hidden()
    expect(blocks.and_(page.locator("[data-when='kind=contractor']"))).to_be_visible()


#: In an article: lines that are seen and name WSL, but for those of programs and of the form.
_NAMES_WSL = """() => [...document.querySelectorAll("article :is(p, li, dd, dt, td, h2, h3, code)")]
    .filter((each) => !each.closest("pre, form, .lead") && each.checkVisibility())
    .map((each) => each.innerText).filter((text) => /\\bWSL\\b/.test(text))"""
_CONTENTS = ".md-sidebar--secondary .md-nav__item"
#: They list all that there is: values and facts, and failures by name.
_LISTS = {"start/your-details.md", "upkeep/freshness.md", "reference/failures.md", whole.PAGE}


def test_what_is_put_aside_is_hidden_and_can_be_opened_and_taken_back(reader: Reader) -> None:
    form, tasks = reader.at(DESKTOP).open(FORM), reader.open("start/progress/")
    in_nav = tasks.locator(".md-nav--primary a[href$='other-keys/']")
    boxes = tasks.locator(".tasks > ul [data-task$='-keys'], [data-task=code-review-key]")
    expect(in_nav).to_have_count(1)
    expect(in_nav).not_to_be_hidden()
    assert [box.get_attribute("data-task") for box in boxes.all() if box.is_visible()] == [
        "ssh-keys", "other-keys", "code-review-key",
    ]  # fmt: skip
    form.select_option("#details-code_review", "aside")
    expect(boxes.filter(visible=True)).to_have_count(1)
    expect(in_nav.locator("..")).to_have_attribute("hidden", "")
    page = reader.open("access/other-keys/")
    told = page.get_by_text("You put this aside (Code review and Cloud VPS).")
    expect(told).to_be_visible()
    expect(page.get_by_role("heading", name="Create the keys")).to_be_visible()
    expect(reader.open("start/code-hosts/").locator("#a-key-for-code-review")).to_be_hidden()
    form.select_option("#details-code_review", "")
    expect(told).to_be_hidden()
    expect(boxes.filter(visible=True)).to_have_count(3)


def test_a_page_for_another_system_is_not_in_the_navigation(reader: Reader) -> None:
    page = reader.at(DESKTOP).open("start/accounts/")
    item = page.locator(".md-nav--primary li:has(> a[href$='windows/'])")
    expect(item).to_be_visible()
    other = reader.open(FORM)
    other.select_option("#details-system", "macos")
    expect(item).to_be_hidden()
    other.select_option("#details-system", "wsl")
    expect(item).to_be_visible()


@pytest.mark.parametrize("system", ["linux", "macos"])
def test_who_has_no_windows_is_told_nothing_of_wsl(reader: Reader, system: str) -> None:
    page = reader.open(FORM)
    page.select_option("#details-system", system)
    told: dict[str, list[str]] = {}
    for name in sorted(set(PAGES) - _LISTS - {"start/windows.md"}):
        page.goto(reader.base + address(name))
        told |= {name: lines} if (lines := page.evaluate(_NAMES_WSL)) else {}
    assert told == {}
    page.goto(reader.base + WINDOWS)
    assert visible(page.locator("article :is(h2, .when)")) == [
        "This page is for laptops with Windows"
    ]
    assert visible(page.locator(_CONTENTS)) == []


def test_who_has_windows_is_told_where_it_differs(reader: Reader) -> None:
    page = reader.open(FORM)
    page.select_option("#details-system", "wsl")
    page.goto(reader.base + WINDOWS)
    sections = visible(page.locator("article h2"))
    assert sections == visible(page.locator(_CONTENTS)) and len(sections) > 3
    expect(page.get_by_text("This page is for laptops with Windows")).to_be_hidden()
    for name in ("access/ssh/", "setup/jupyter/", "setup/doctor/"):
        page.goto(reader.base + name)
        assert page.evaluate(
            "[...document.querySelectorAll('pre')].some((block) =>"
            " block.checkVisibility() && block.innerText.includes('install -m 600 /mnt/c'))"
        ), name


def test_without_a_script_each_text_says_for_which_system_it_is(new_reader: NewReader) -> None:
    page = new_reader(java_script_enabled=False).open("setup/jupyter/")
    labels = page.locator("article .when:not(.highlight) > .reader")
    assert visible(labels) == ["Windows with WSL"] * 2
    names = visible(page.locator("article .when .filename"))
    assert names == [f"On your laptop ({who})" for who in ("Linux or Windows with WSL", "macOS")]


def visible(found: Locator) -> list[str]:
    """Return the first sentence of each of those elements that is seen."""
    seen = "all => all.filter((each) => each.checkVisibility())"
    texts = found.evaluate_all(f"{seen}.map((each) => each.innerText.trim())")
    return [text.partition(". ")[0].splitlines()[0].rstrip("¶") for text in texts]


def test_a_wrong_value_says_why_and_keeps_the_last_good_one(reader: Reader) -> None:
    page = reader.open(FORM)
    give(page, "shell_name", "anne")
    give(page, "shell_name", "Anne Marie")
    error = page.locator("#shell_name-error")
    expect(error).to_have_text(
        "“Anne Marie” has spaces and has capital letters. The guide keeps anne. Use anne-marie"
    )
    expect(page.locator("#details-shell_name")).to_have_attribute("aria-invalid", "true")
    assert stored(page) == {"shell_name": "anne"}
    error.get_by_role("button", name="Use anne-marie").click()
    expect(error).to_be_empty()
    assert stored(page) == {"shell_name": "anne-marie"}
    give(page, "shell_name", "")
    assert stored(page) == {}


def test_production_has_a_key_of_its_own(reader: Reader) -> None:
    page = reader.open(FORM)
    give(page, "gerrit_key", "wmf_prod")
    expect(page.locator("#gerrit_key-error")).to_contain_text("Production needs a key of its own")
    give(page, "production_key", "other")
    give(page, "gerrit_key", "wmf_prod")
    assert stored(page) == {"production_key": "other", "gerrit_key": "wmf_prod"}
    page.reload()
    assert stored(page) == {"production_key": "other", "gerrit_key": "wmf_prod"}
    expect(page.locator("#details-gerrit_key")).to_have_value("wmf_prod")


def test_a_pasted_private_key_is_refused_cleared_and_explained(reader: Reader) -> None:
    page = reader.open(FORM)
    page.evaluate("text => navigator.clipboard.writeText(text)", KEY)
    page.focus("#details-production_key")
    page.keyboard.press("Control+V")
    expect(page.locator("#details-production_key")).to_have_value("")
    expect(page.locator("#production_key-error")).to_contain_text("looks like a private key")
    assert "BEGIN" not in page.evaluate("JSON.stringify(localStorage)")


def test_forget_is_one_click_on_every_page(reader: Reader) -> None:
    page = reader.open(FORM)
    forget = page.locator(".details-bar [data-forget]")
    expect(forget).to_be_hidden()
    give(page, "shell_name", "anne")
    page.evaluate("localStorage.setItem('guide-done', '[\"ssh-keys\"]')")
    other = reader.open(SSH)
    other.click(".details-bar [data-forget]")
    expect(other.locator("pre [data-value=shell_name]").first).to_have_text("jdoe")
    expect(page.locator("#details-shell_name")).to_have_value("")
    expect(other.locator(".details-bar [data-forget]")).to_be_focused()
    assert other.evaluate("Object.keys(localStorage).filter(k => k.startsWith('guide'))") == []


def test_what_was_forgotten_comes_back_as_long_as_the_page_is_open(reader: Reader) -> None:
    page = reader.open(FORM)
    give(page, "shell_name", "anne")
    page.evaluate("localStorage.setItem('guide-done', '[\"ssh-keys\"]')")
    bar = page.locator(".details-bar")
    bar.get_by_role("button", name="Forget my details").click()
    expect(bar).to_contain_text("forgotten, with all ticks")
    expect(page.locator("#details-shell_name")).to_have_value("")
    bar.get_by_role("button", name="Undo").click()
    expect(page.locator("#details-shell_name")).to_have_value("anne")
    assert stored(page) == {"shell_name": "anne"}
    assert page.evaluate("localStorage.getItem('guide-done')") == '["ssh-keys"]'
    bar.get_by_role("button", name="Forget my details").click()
    page.reload()
    expect(bar.locator("[data-forget]")).to_be_hidden()


@pytest.mark.parametrize(
    ("filed", "again"),
    [("2026-12-02", "2026-12-09"), ("2027-12-29", "2028-01-05"), ("2028-02-29", "2028-03-07")],
)
def test_the_day_to_ask_again_is_that_of_the_macros(reader: Reader, filed: str, again: str) -> None:
    page = reader.open("access/waiting/")
    give(page, "filed", filed)
    values = profile.build({"filed": filed}, current()).values
    assert values["ask_again"] == again
    line = page.locator("pre", has_text="Access request filed on")
    expect(line).to_have_text(f"Access request filed on {filed}, to ask again on {again}\n")
    assert stored(page) == {"filed": filed}


def test_what_is_good_on_the_way_to_a_bad_value_is_not_kept(reader: Reader) -> None:
    page = reader.open(FORM)
    give(page, "shell_name", "anne")
    page.fill("#details-shell_name", "")
    page.locator("#details-shell_name").press_sequentially("m_rivera")
    expect(page.locator(".details-bar")).to_be_visible()
    page.locator("#details-email").press_sequentially("a")
    error = page.locator("#shell_name-error")
    expect(error).to_contain_text("It has “_”, which isn’t allowed. Allowed: lowercase letters")
    expect(error).to_contain_text("Example: jdoe. The guide keeps anne.")
    assert stored(page) == {"shell_name": "anne"}


#: What people type, what the form says of it, and what it offers.
MEANT = [
    ("full_name", "Marta O'Rivera", "has a straight apostrophe", "Marta O’Rivera"),
    ("shell_name", "JDoe", "has capital letters", "jdoe"),
    ("github_name", "@jane-doe", "begins with @", "jane-doe"),
    ("production_key", "~/.ssh/wmf_prod", "is a path", "wmf_prod"),
    ("gerrit_key", "wmf_review.pub", "is the name of a public key", "wmf_review"),
    ("month", "2026/9", "isn’t written as year and month", "2026-09"),
]


@pytest.mark.parametrize(("name", "typed", "why", "meant"), MEANT)
def test_no_value_is_changed_without_a_word(
    reader: Reader, name: str, typed: str, why: str, meant: str
) -> None:
    page = reader.open(FORM)
    give(page, name, f" {typed} ")
    error = page.locator(f"#{name}-error")
    expect(error).to_contain_text(f"“{typed}” {why}.")
    assert stored(page) == {}
    error.get_by_role("button", name=f"Use {meant}").click()
    assert stored(page) == {name: meant}
    expect(page.locator(f"#details-{name}")).to_have_value(meant)


def test_a_page_asks_for_what_it_needs_first(reader: Reader) -> None:
    page = reader.open("access/ssh-keys/")
    give(page, "shell_name", "anne")
    expect(page.locator("pre [data-value=shell_name]").first).to_have_text("anne")
    expect(reader.open(FORM).locator("#details-shell_name")).to_have_value("anne")


def test_a_value_that_equals_the_sample_is_the_readers_once_given(reader: Reader) -> None:
    page = reader.open(FORM)
    give(page, "shell_name", "jdoe")
    ssh = reader.open(SSH)
    expect(ssh.locator("pre [data-value=shell_name]").first).to_have_class("value own")


@pytest.mark.parametrize(
    ("day", "month", "after"),
    [
        ("2027-12-09", "2027-10", "202711"),
        ("2028-01-12", "2027-12", "202801"),
        ("2032-03-31", "2032-02", "203203"),
        ("2027-03-12", "2027-01", "202702"),  # 40 days after the 31st: February has none
    ],
)
def test_queries_ask_for_the_last_month_whose_data_is_there(
    new_reader: NewReader, day: str, month: str, after: str
) -> None:
    reader = new_reader()
    reader.context.add_init_script(f"Date.now = () => Date.parse('{day}')")
    slots = reader.open("data/replicas/").locator("pre [data-value=digits_after]")
    expect(slots.first).to_have_text(after)
    expect(slots.first).to_have_class("value own")
    form = reader.open(FORM)
    assert stored(form) == {}, "it moves on with the days"
    history = reader.open("data/mediawiki-history/")
    expect(history.locator("pre [data-value=month]").first).to_have_text(month)
    give(form, "month", "2026-12")
    expect(slots.first).to_have_text("202701")
    give(form, "month", "")
    expect(slots.first).to_have_text(after)


def test_what_is_saved_builds_a_guide_and_comes_back(
    reader: Reader, new_reader: NewReader, tmp_path: Path
) -> None:
    page = reader.open(FORM)
    given = {"shell_name": "anne-marie", "full_name": "Zoë Đặng’s", "kind": "contractor"}
    page.evaluate("p => localStorage.setItem('guide-profile', p)", json.dumps(given))
    page.evaluate("localStorage.setItem('guide-done', '[\"ssh-keys\", \"kerberos\"]')")
    page.reload()
    with page.expect_download() as download:
        page.click("[data-export]")
    assert download.value.suggested_filename == "profile.yml"
    download.value.save_as(tmp_path / "profile.yml")
    loaded = profile.load(tmp_path / "profile.yml", current(), lambda: checklist.tasks(current()))
    assert {name: loaded.values[name] for name in given} == given
    assert loaded.done == {"ssh-keys", "kerberos"}
    other = new_reader().open(FORM)
    other.set_input_files("[data-import]", tmp_path / "profile.yml")
    expect(other.locator("[data-status]")).to_have_text("profile.yml: 3 details taken over.")
    assert stored(other) == given
    assert json.loads(other.evaluate("localStorage.getItem('guide-done')")) == [
        "ssh-keys",
        "kerberos",
    ]


@pytest.mark.parametrize(
    "done", ["done: [ssh-keys, kerberos]", "done:\n- ssh-keys\n- kerberos # x"]
)
def test_a_file_written_by_hand_can_be_loaded(reader: Reader, tmp_path: Path, done: str) -> None:
    written = f"# mine\nshell_name: anne # and more\nfull_name: 'Zoë Đặng’s'\n\n{done}\n"
    (tmp_path / "profile.yml").write_text(written, encoding="utf-8")
    made = profile.load(tmp_path / "profile.yml", current(), lambda: checklist.tasks(current()))
    assert made.done == {"ssh-keys", "kerberos"}
    page = reader.open(FORM)
    page.set_input_files("[data-import]", tmp_path / "profile.yml")
    expect(page.locator("[data-status]")).to_have_text("profile.yml: 2 details taken over.")
    assert stored(page) == {"shell_name": "anne", "full_name": "Zoë Đặng’s"}
    assert page.evaluate("localStorage.getItem('guide-done')") == '["ssh-keys","kerberos"]'


def test_ids_that_somebody_wrote_into_the_storage_are_checked(reader: Reader) -> None:
    page = reader.open(FORM)
    page.evaluate("localStorage.setItem('guide-done', JSON.stringify(['a', 'x\\nkind: b', 7]))")
    with page.expect_download() as download:
        page.click("[data-export]")
    assert download.value.path().read_text(encoding="utf-8") == "done:\n  - a\n"


def test_the_example_can_be_loaded(reader: Reader, tmp_path: Path) -> None:
    page = reader.open(FORM)
    page.set_input_files("[data-import]", "profile.example.yml")
    expect(page.locator("[data-status]")).to_have_text("profile.example.yml: 0 details taken over.")
    filled = tmp_path / "profile.yml"
    text = Path("profile.example.yml").read_text(encoding="utf-8")
    filled.write_text(re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE), encoding="utf-8")
    page.set_input_files("[data-import]", filled)
    expect(page.locator("[data-status]")).to_have_text("profile.yml: 19 details taken over.")


#: Files that are refused, and why.
BAD_FILES = [
    ('shell_name: "jdoe"\nsite: nowhere\n', "line 2: site: this is not accepted"),
    ("shel_name: jdoe\n", "line 1: shel_name: no value of the guide has this name"),
    ("shell_name: jdoe\nshell_name: x\n", "line 2: shell_name stands twice"),
    ("shell_name: &a jdoe\n", "line 1: shell_name: write it in quotes"),
    ("github_name: no\n", "line 1: github_name: write it in quotes"),
    ("done: {}\n", "line 1: done lists ids of tasks"),
    ("done: [a, B]\n", "line 1: done lists ids of tasks"),
    ("__proto__: x\n", "line 1: __proto__: no value of the guide has this name"),
    ('full_name: "<img src=x onerror=alert(1)>"\n', "line 1: full_name: this is not accepted"),
    ("<script>alert(1)</script>\n", "line 1: a profile has lines such as"),
    (f'production_key: "{KEY.splitlines()[0]}"\n', "looks like a private key"),
    ("production_key: same\ncloud_key: same\n", "production needs a key of its own"),
    ("x" * 200_000, "is too large for a profile"),
]


def test_a_bad_file_is_refused_whole(reader: Reader, tmp_path: Path) -> None:
    page = reader.open(FORM)
    give(page, "shell_name", "kept")
    for number, (text, says) in enumerate(BAD_FILES):
        # Under a name of its own, so that what is said is said of this one.
        bad = tmp_path / f"{number}.yml"
        bad.write_text(text, encoding="utf-8")
        page.set_input_files("[data-import]", bad)
        expect(page.locator("[data-status]")).to_contain_text(bad.name)
        expect(page.locator("[data-status]")).to_contain_text(says)
        assert stored(page) == {"shell_name": "kept"}, text[:60]


#: What somebody has written into the storage in place of a profile.
EDITED = [
    "not JSON",
    "[]",
    "null",
    '"text"',
    '{"shell_name": 7, "kind": ["staff"], "site": null}',
    '{"shell_name": "<img src=x onerror=alert(1)>", "full_name": "$(id)", "team": "`id`"}',
    '{"__proto__": {"shell_name": "evil"}, "constructor": "x"}',
    json.dumps({"shell_name": "a" * 10_000, "email": "a@b\u202e.org", "manager": "A\u0000"}),
    json.dumps({"production_key": "../../etc", "cloud_key": "-oProxyCommand=x"}),
]


def test_what_somebody_wrote_into_the_storage_is_checked_again(reader: Reader) -> None:
    page, ssh = reader.open(FORM), reader.open(SSH)
    for text in EDITED:
        page.evaluate("text => localStorage.setItem('guide-profile', text)", text)
        ssh.reload()
        expect(ssh.locator(".value.own")).to_have_count(0)
        assert "jdoe" in (ssh.locator("article").text_content() or ""), text[:60]
        assert reader.complaints == [], text[:60]


#: What a browser does that may store nothing: it refuses to name the store, or to fill it.
_REFUSALS = {
    "no store": """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { configurable: true,
            get() { throw new DOMException("refused", "SecurityError"); } });""",
    "full": """Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError"); };""",
}


@pytest.mark.parametrize("refusal", _REFUSALS)
def test_a_browser_that_keeps_nothing_still_fills_in_and_says_so(
    new_reader: NewReader, refusal: str
) -> None:
    reader = new_reader()
    reader.context.add_init_script(_REFUSALS[refusal])
    page = reader.open(FORM)
    expect(page.locator("[data-status]")).to_be_empty()
    give(page, "shell_name", "anne")
    expect(page.locator("[data-value=shell_name]").first).to_have_text("anne")
    expect(page.locator("[data-status]")).to_contain_text("This browser stores nothing")
    if refusal == "no store":
        engines = reader.open("data/engines/")
        expect(engines.locator(".md-code__button").first).to_be_visible()
        engines.locator(".md-search__input").click()
        engines.keyboard.insert_text("kerberos")
        expect(engines.locator(".md-search-result__link").first).to_be_visible()


def test_a_page_that_the_browser_kept_shows_what_was_given_meanwhile(reader: Reader) -> None:
    page = reader.open(SSH)
    name = page.locator("pre [data-value=shell_name]").first
    page.evaluate("localStorage.setItem('guide-profile', '{\"shell_name\": \"anne\"}')")
    expect(name).to_have_text("jdoe")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(name).to_have_text("anne")


def test_without_a_script_the_page_is_whole_and_says_what_is_missing(
    new_reader: NewReader,
) -> None:
    reader = new_reader(java_script_enabled=False)
    page = reader.open(FORM)
    expect(page.locator("form.details")).to_be_hidden()
    expect(page.locator("noscript p")).to_contain_text("The form needs JavaScript")
    page = reader.open(SSH)
    expect(page.locator(".details-bar [data-forget]")).to_be_hidden()
    expect(page.locator("pre .value.sample").first).to_have_css("border-bottom-style", "dotted")
    page = reader.open("start/ticket/")
    expect(page.locator("[data-snippet='phabricator/onboarding_ticket']")).to_have_count(2)


def test_nothing_of_the_reader_is_sent_or_stands_in_an_address(reader: Reader) -> None:
    page = reader.open(FORM)
    give(page, "shell_name", "anne-marie")
    page.click("[data-export]")
    reader.open(SSH).wait_for_load_state("networkidle")
    assert not [url for url in reader.requests if "anne" in url]
    assert "anne" not in page.url
