"""Nasty values through the form and the storage: refused with a reason, and nowhere on the page."""

from __future__ import annotations

import json

import pytest

from macros import profile
from macros.facts import current
from tests.actors.reader import Reader
from tests.guide.nasty import BLANK, LOOK_ALIKES, NASTY

pytestmark = pytest.mark.slow
FORM, SSH = "start/your-details/", "access/ssh/"
FIELDS = profile.fields(current())
#: In the form: gives each value to each field and leaves it; what came of it, field by field.
GIVE_EACH = """
values => values.map(value => [...document.querySelectorAll("#details [name]")].map(control => {
  localStorage.removeItem("guide-profile");
  dispatchEvent(new StorageEvent("storage", {key: "guide-profile"}));
  control.value = value;
  const held = control.value;
  for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, {bubbles: true}));
  return {
    name: control.name,
    held,
    why: document.getElementById(`${control.name}-error`).textContent,
    kept: JSON.parse(localStorage.getItem("guide-profile") ?? "{}"),
    own: [...document.querySelectorAll(".value.own:not([data-value=month])")]
      .map(span => span.textContent),
  };
}))
"""
#: What a code block shows, and what its links, buttons and boxes have in their attributes.
SHOWN = """
() => [...document.querySelectorAll("article, article [href], article [data-value-href], input")]
  .map(node => [node.tagName, node.matches("article") ? node.innerText : node.outerHTML])
"""
TYPED = ["command substitution", "line feed", "NUL", "right-to-left override", "10,000 marks"]
WRONG_KINDS: list[object] = [1, None, True, [], ["a"], {}]
#: Keys and texts that somebody has written into the storage.
EDITED: dict[str, list[str]] = {
    "guide-profile": [
        *NASTY.values(),
        *BLANK.values(),
        *(json.dumps(value) for value in NASTY.values()),
        *(json.dumps(dict.fromkeys(FIELDS, value)) for value in NASTY.values()),
        *(json.dumps(dict.fromkeys(FIELDS, kind)) for kind in WRONG_KINDS),
        *("{", "[", '{"shell_name": "a"', "{'shell_name': 'a'}", "undefined", "NaN", "1e999"),
        *('[{"shell_name": "a"}]', "[null]", '{"length": 5}', '{"": ""}', '{"toString": "a"}'),
        '{"__proto__": {"shell_name": "evil"}}',
        '{"constructor": {"prototype": {"shell_name": "evil"}}}',
        '{"hasOwnProperty": "a", "bastion": "evil.example.org", "stat_host_name": "evil"}',
        '{"shell_name": {"toString": "evil"}, "kind": ["staff"], "site": {"eqiad": 1}}',
        "[" * 50_000 + "]" * 50_000,
        json.dumps({"shell_name": "a" * 4_000_000}),
        json.dumps({f"key{number}": "a" for number in range(100_000)}),
    ],
    "guide-done": [
        *NASTY.values(),
        *(json.dumps([value]) for value in NASTY.values() if value != "--help"),
        *(
            "null",
            "1",
            '"ssh-keys"',
            "{}",
            '{"ssh-keys": true}',
            '{"filter": "a"}',
            '{"length": 3}',
        ),
        *('[{"match": 1}]', '[{"match": "a"}]', "[null, 1, [], {}]", '[["ssh-keys"]]', "[[[["),
        '{"__proto__": ["ssh-keys"]}',
        json.dumps(["a" * 100_000] * 20),
    ],
}


def test_the_form_refuses_with_a_reason(reader: Reader) -> None:
    page = reader.open(FORM)
    before = page.evaluate(SHOWN)
    values = [*NASTY.values(), *LOOK_ALIKES.values()]
    for value, rows in zip(values, page.evaluate(GIVE_EACH, values), strict=True):
        assert [row["name"] for row in rows] == list(FIELDS)
        for row in rows:
            field = FIELDS[row["name"]]
            if row["kept"]:  # what a field of one line makes of it, or letters of a name
                assert field.check(row["kept"][field.name]) == row["kept"][field.name]
                assert set(row["own"]) <= {*row["kept"].values()} and not row["why"]
                assert value not in NASTY.values() or row["kept"][field.name] != value
            elif row["held"].strip():
                offered = row["why"].rpartition(" Use ")[2] if " Use " in row["why"] else ""
                if offered:  # what the form offers is never taken by itself, and is good
                    assert field.check(offered) == offered and offered != row["held"], row
                else:
                    assert "is not accepted." in row["why"] and field.expected in row["why"], row
                    assert field.sample in row["why"], row
                assert row["own"] == []
            else:  # a list of choices has none of them
                assert not row["why"] and row["own"] == []
    page.reload()
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.evaluate(SHOWN) == before
    assert reader.complaints == []


def test_what_is_typed_into_the_form_never_stands_in_a_block(reader: Reader) -> None:
    page, ssh = reader.open(FORM), reader.open(SSH)
    own = ssh.locator(".value.own")
    for name in TYPED:
        value = NASTY[name]
        page.fill("#details-shell_name", "")
        page.keyboard.insert_text(value)
        page.keyboard.press("Tab")
        kept = json.loads(page.evaluate("localStorage.getItem('guide-profile')") or "{}")
        for given in kept.values():  # what a field of one line makes of it
            assert FIELDS["shell_name"].check(given) != value
        assert set(own.all_text_contents()) <= set(kept.values())
    assert reader.complaints == []


#: In a page: writes each text under `key`, has the page look, and returns which texts it shows.
EDIT_EACH = """
([key, texts]) => {
  const shown = () => document.querySelector("article").textContent
    + [...document.querySelectorAll("article [href]")].map(link => link.href).join()
    + [...document.querySelectorAll("article input")].map(box => box.checked).join();
  const before = shown();
  return texts.filter(text => {
    localStorage.setItem(key, text);
    dispatchEvent(new StorageEvent("storage", {key}));
    const changed = shown() !== before;
    localStorage.removeItem(key);
    dispatchEvent(new StorageEvent("storage", {key}));
    return changed || shown() !== before;
  }).map(text => text.slice(0, 80));
}
"""


@pytest.mark.parametrize("key", EDITED)
def test_what_was_written_into_the_storage_changes_nothing(reader: Reader, key: str) -> None:
    page = reader.open({"guide-profile": SSH, "guide-done": "access/ssh-keys/"}[key])
    assert page.evaluate(EDIT_EACH, [key, EDITED[key]]) == []
    assert reader.complaints == []


#: What a page opens on, of what a script could fall over.
OPENED = {
    "guide-profile": [
        "[",
        "null",
        '{"shell_name": {"toString": "evil"}}',
        '{"__proto__": {"a": 1}}',
    ],
    "guide-done": ["[", "{}", '[{"match": 1}, null]', '{"filter": "a"}', '[["ssh-keys"]]'],
}


@pytest.mark.parametrize("key", OPENED)
def test_a_page_that_opens_on_it_is_usable(reader: Reader, key: str) -> None:
    page = reader.open(FORM)
    for text in OPENED[key]:
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        page.reload()
        page.fill("#details-shell_name", "anne")
        with page.expect_download() as download:
            page.click("[data-export]")
        assert download.value.path().read_text(encoding="utf-8") == 'shell_name: "anne"\n'
        page.locator("form [data-forget]").click()
        assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('guide'))") == []
    assert reader.complaints == []
