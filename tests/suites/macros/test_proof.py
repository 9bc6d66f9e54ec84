"""What a build makes of proofs: a line at the foot of each block, and a summary; both inert."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from macros import evidence, proof
from macros.evidence import Proof, fingerprints
from macros.proof import blocks_of, marked, summary
from tests.guide.reading import DOCS

PAGE = "a/page.md"
RUN = Proof("lab", ("OpenSSH 9.2", "git 2.39.5"), date(2026, 11, 6))
READ = Proof("parsed", (), date(2026, 11, 5), "nobody has one")
HOSTILE = Proof("lab", ('<script>alert("1")</script>',), date(2026, 11, 6), "</td><img src=x>")


def block(place: str, text: str, classes: str = "") -> str:
    """Return the HTML of a block, as the highlighter makes it."""
    return (
        f'<div class="language-bash {place}{classes} highlight"><pre><span></span><code>'
        f'<span class="nb">{text}</span>\n</code></pre></div>'
    )


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Proof]]:
    """The proofs of this build, by the fingerprint of the block."""
    proofs: dict[str, Proof] = {}
    monkeypatch.setattr(evidence, "current", lambda: proofs)
    yield proofs


def lines(known: dict[str, Proof], text: str, given: Mapping[int, Proof]) -> list[str]:
    """Return the lines at the feet of the blocks in `text`, of which `given` are proven."""
    blocks = [(each.place, each.text) for each in blocks_of(PAGE, text)]
    prints = fingerprints(PAGE, blocks)
    known.update({prints[number]: each for number, each in given.items()})
    made = re.findall(r"<p class=\"proof\"[^>]*>(.*?)</p>", marked(text, blocks_of(PAGE, text)))
    return [re.sub(r'<span class="whole">(.*?)</span>', r"\1", line) for line in made]


def test_a_block_is_its_text_without_what_highlights_it(known: dict[str, Proof]) -> None:
    (found,) = blocks_of(PAGE, block("laptop", "a &lt; b &amp;&amp; c"))
    assert (found.place, found.language, found.text) == ("laptop", "bash", "a < b && c\n")
    assert found.depth == "none" and not known


def test_the_line_is_the_last_in_the_block(known: dict[str, Proof]) -> None:
    text = marked(block("laptop", "a"), blocks_of(PAGE, block("laptop", "a")))
    assert text.endswith(f'</pre><p class="proof" data-search-exclude>{proof.UNPROVEN}</p></div>')
    assert not known


def test_it_says_what_was_done_by_which_programs_and_when(known: dict[str, Proof]) -> None:
    said = lines(known, block("laptop", "a") + block("laptop", "b"), {0: RUN, 1: READ})
    assert said == [
        "Run in the lab · OpenSSH 9.2, git 2.39.5 · 2026-11-06",
        "Checked, not run · 2026-11-05",
    ]


PAIR = block("laptop", "a") + "\n" + block("output", "b")


@pytest.mark.parametrize(
    ("given", "beginning"),
    [
        ({0: RUN, 1: RUN}, "Run in the lab, output compared · "),
        ({0: RUN, 1: READ}, "Run in the lab, output not compared · "),
        ({0: READ, 1: READ}, "Checked, not run · "),
        ({0: RUN}, proof.UNPROVEN),
        ({1: RUN}, proof.UNPROVEN),
    ],
)
def test_a_block_and_its_output_have_one_line(
    known: dict[str, Proof], given: dict[int, Proof], beginning: str
) -> None:
    (said,) = lines(known, PAIR, given)
    assert said.startswith(beginning)


@pytest.mark.parametrize(
    "text",
    [
        block("laptop", "a") + "<p>And then:</p>" + block("output", "b"),
        block("laptop", "a", " when") + block("output", "b"),
        f"<div>{block('laptop', 'a')}</div>{block('output', 'b')}",
    ],
    ids=["apart", "for-some-readers", "in-a-tab"],
)
def test_output_that_is_not_right_below_has_a_line_of_its_own(
    known: dict[str, Proof], text: str
) -> None:
    said = lines(known, text, {0: RUN, 1: RUN})
    assert [each.split(" · ")[0] for each in said] == [
        "Run in the lab",
        "Run in the lab, output compared",
    ]


def test_a_program_that_is_none_is_inert(known: dict[str, Proof]) -> None:
    text = block("laptop", "a")
    (said,) = lines(known, text, {0: HOSTILE})
    assert "&lt;script&gt;" in said and "<script" not in said
    for given in (HOSTILE, Proof("parsed", HOSTILE.programs, HOSTILE.day, HOSTILE.why)):
        known.update(dict.fromkeys(known, given))
        made = summary({PAGE: "<a>A page</a>"}, {PAGE: blocks_of(PAGE, text)})
        assert "&lt;script&gt;" in made and "<script" not in made and "<img" not in made


def test_the_summary_counts_and_says_what_was_not_run(known: dict[str, Proof]) -> None:
    text = block("laptop", "a") + block("stat", "b &lt;") + block("laptop", "c")
    lines(known, text, {0: RUN, 1: READ})
    made = summary({PAGE: '<a href="a">A page</a>'}, {PAGE: blocks_of(PAGE, text)})
    assert "Of 3 blocks 1 were run, of 0 the effect was tested, 1 were checked" in made
    assert (
        "1 are not proven in this build. The tests ran between 2026-11-05 and 2026-11-06." in made
    )
    for what, code in {"Checked, not run: nobody has one": "b &lt;", proof.UNPROVEN: "c"}.items():
        listed = f'<li><a href="a">A page</a>: <code>{code}</code></li>'
        assert f"{what}.</p><ul data-search-exclude>{listed}</ul>" in made
    assert _row("On your laptop, shell", 2, 1, "", "", 1) in made
    assert _row("git 2.39.5", 1, '<span class="whole">2026-11-06</span>') in made


def _row(*cells: object) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def test_without_evidence_the_summary_says_so_once(known: dict[str, Proof]) -> None:
    made = summary({PAGE: "<a>A page</a>"}, {PAGE: blocks_of(PAGE, PAIR)})
    assert made.count(proof.UNPROVEN) == 1 and "<table" not in made and not known


def test_blocks_of_a_site_without_a_proof_are_listed(
    known: dict[str, Proof], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = block("laptop", "a &amp; b") + block("laptop", "c")
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text("")
    file = tmp_path / "a" / "index.html"
    lines(known, text, {0: RUN, 1: READ})
    file.write_text(marked(text, blocks_of(PAGE, text)), encoding="utf-8")
    assert proof.main(tmp_path) == 0
    del known[next(iter(known))]
    file.write_text(marked(text, blocks_of(PAGE, text)), encoding="utf-8")
    assert proof.main(tmp_path) == 1
    assert capsys.readouterr().err.startswith("a/index.html: a & b\nNot proven: 1.")
    assert proof.main(tmp_path / "none") == 1


def test_the_page_explains_every_kind_in_the_words_of_the_marks() -> None:
    text = (DOCS / "upkeep" / "proven.md").read_text(encoding="utf-8")
    explained = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    kinds = [kind.words for kind in evidence.KINDS.values()]
    assert sorted(explained[2:-1]) == sorted(kinds), "the last one is for what has no proof"
