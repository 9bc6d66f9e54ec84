"""Names in rendered text: a host, address, table, column or group that is no fact fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import profile
from macros.errors import read_text, unknown
from macros.facts import current
from tests.checks import prose
from tests.environments.built_site import Site
from tests.guide import reading
from tests.guide.reading import DOCS, PAGES
from tests.suites.site.located import fail_for

HOST = re.compile(
    r"(?<![\w@.*-])(?:[a-z0-9-]+\.)*(?:wmnet|wmflabs|wikimedia\.(?:org|cloud)|wmcloud\.org|"
    r"toolforge\.org|wikipedia\.org|mediawiki\.org|github\.com)\b(?![\w-]*\.\w)"
)
SHORT_HOST = re.compile(r"\b(?:stat|bast|notebook|dbstore|krb|db|an-[a-z]+)\d{3,4}\b")
ALIAS = re.compile(r"\bstat\d{1,2}\b")
MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
TABLE = re.compile(r"\b(?:wmf|wmf_raw|event|event_sanitized|wmf_mediawiki)\.[a-z_][a-z0-9_]*\b")
GROUP = re.compile(
    r"\b(?:analytics|airflow|statistics|gpu|deployment)(?:-[a-z]+)*-(?:users|admins)\b"
)
IDENTIFIER = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")
#: Words by which a sentence says that what it names is no longer so.
PAST = re.compile(
    r"retired|legacy|older|\bold\b|gone|removed|replaced|until"
    r"|no longer|used to|was |were |before|former",
    re.IGNORECASE,
)


@cache
def words() -> frozenset[str]:
    """Return every word of the facts: keys, hosts, addresses, values, columns, fields of types."""
    facts = current()
    text = [key for _, key, _ in facts.all()]
    for kind, _, fact in facts.all():
        dumped = fact.model_dump(exclude={"source", "verified"})
        text.append(" ".join(_strings(dumped)) if kind != "links" else str(dumped["url"]))
    return frozenset(re.findall(r"[A-Za-z0-9_.@+-]+", " ".join(text).replace("https://", " ")))


@cache
def words_of_blocks() -> frozenset[str]:
    """Return every word of the code blocks, which have checks of their own."""
    return frozenset(
        word
        for block in reading.all_blocks()
        for word in re.findall(r"\w+", block.text + block.info)
    )


@cache
def identifiers() -> frozenset[str]:
    """Return every identifier that prose may name."""
    named = {part for word in words() for part in re.findall(r"[A-Za-z0-9_]+", word)}
    values = set(profile.sample(current()).values.values())
    return frozenset(named | words_of_blocks() | set(profile.fields(current())) | values)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
    elif value is not None:
        yield str(value).strip(".")


@cache
def hosts() -> frozenset[str]:
    """Return every host name that a page may print."""
    facts = current()
    named = {host.host for host in facts.hosts.values()} | set(facts.hosts)
    named |= {name for section in facts.sections.values() for name in (section.host, section.alias)}
    named |= {link.url.split("/")[2] for link in facts.links.values() if link.url}
    named |= {word for word in words() if "." in word or SHORT_HOST.fullmatch(word)}
    named |= {*str(facts.values["no_proxy_managed"].value).split(",")}
    return frozenset(named | {name.split(".")[0] for name in named})


def article(site: Site, page: str) -> LexborNode:
    """Return the article, without the sources at its foot: they cite, in the words of others."""
    found = site.html(page).css_first("article")
    assert found is not None
    node = LexborHTMLParser(str(found.html)).css_first("article")
    assert node is not None
    for sources in node.css("details.sources"):
        sources.decompose()
    return node


@pytest.mark.parametrize("page", PAGES)
def test_hosts_are_facts(site: Site, page: str) -> None:
    text = " ".join(_texts(article(site, page)))
    found = set(HOST.findall(text)) | set(SHORT_HOST.findall(text))
    fail_for(page, {name: _no_fact("host", name, hosts()) for name in sorted(found - hosts())})
    current_stat = {
        profile.stat_alias(key)
        for key, host in current().hosts.items()
        if host.kind == "stat" and host.status != "retired"
    }
    strange = sorted(set(ALIAS.findall(text)) - current_stat)
    fail_for(page, {name: unknown("stat host in use", name, current_stat) for name in strange})


@pytest.mark.parametrize("page", PAGES)
def test_addresses_of_people_are_facts_or_samples(site: Site, page: str) -> None:
    found = set(MAIL.findall(" ".join(_texts(article(site, page)))))
    sample = profile.sample(current()).values
    known = words() | {sample["email"]}
    from_values = re.compile(rf"(?:{sample['shell_name']}|{sample['github_name']}|git)@")
    strange = {mail for mail in found if mail not in known and not from_values.match(mail)}
    fail_for(page, {mail: _no_fact("address", mail, known) for mail in sorted(strange)})


@pytest.mark.parametrize("page", PAGES)
def test_tables_and_groups_are_facts(site: Site, page: str) -> None:
    text = " ".join(_prose(article(site, page)))
    fields = re.findall(
        r"(\w+):", current().tables["event.searchsatisfaction"].columns["event"].type
    )
    fields += re.findall(r"(\w+):", current().tables["event.virtualpageview"].columns["event"].type)
    known = set(current().tables) | {f"event.{field}" for field in fields}
    tables = set(TABLE.findall(text))
    wrong = {name: _no_fact("table", name, known) for name in sorted(tables - known)}
    groups, every = set(GROUP.findall(text)), set(current().groups)
    wrong |= {name: _no_fact("group", name, every) for name in sorted(groups - every)}
    fail_for(page, wrong)


def _texts(node: LexborNode) -> list[str]:
    """Return the text of everything that is read as one: prose and code blocks."""
    return _prose(node) + [block.text() for block in node.css("pre, figure text")]


def _prose(node: LexborNode) -> list[str]:
    """Return the text of every paragraph, item, cell and heading outside of code blocks."""
    blocks = "p, li, td, th, dd, dt, h1, h2, h3, h4, h5, h6, summary, label, blockquote, figcaption"
    named = [
        value or ""
        for each in node.css("[alt], [title], [aria-label]")
        for name in ("alt", "title", "aria-label")
        for value in [each.attributes.get(name)]
    ]
    return [each.text() for each in node.css(blocks)] + named


@pytest.mark.parametrize("page", PAGES)
def test_identifiers_in_prose_are_facts_or_stand_in_a_checked_block(site: Site, page: str) -> None:
    known = identifiers()
    inline = [code.text() for code in article(site, page).css(":not(pre) > code")]
    found = {word for text in inline for word in re.findall(r"[A-Za-z0-9_]+", text)}
    strange = {name for name in found if IDENTIFIER.match(name) and name not in known}
    fail_for(page, {name: _no_fact("name", name, known) for name in sorted(strange)})


@pytest.mark.parametrize("page", PAGES)
def test_links_to_outside_are_facts(site: Site, page: str) -> None:
    known = {link.url for link in current().links.values()}
    urls = {a.attributes["href"] for a in article(site, page).css("a[href]")}
    outside = {url for url in urls if url and re.match(r"[a-z]+:", url)}
    local = str(current().values["jupyterhub_url"].value)
    strange = {url for url in outside - known if not url.startswith((local, "mailto:"))}
    fail_for(page, {url: _no_link(url) for url in sorted(strange)})


@pytest.mark.parametrize("page", PAGES)
def test_addresses_in_text_and_blocks_are_facts(site: Site, page: str) -> None:
    """A clone of a misspelled repository, a package from another site: an address is a fact."""
    text = " ".join(_texts(article(site, page)))
    found = {re.sub(r"//[\w-]+@", "//", url) for url in re.findall(r"https?://[^\s\"'`<>|]+", text)}
    known = {link.url for link in current().links.values()}
    known |= {str(value.value).split("<")[0] for value in current().values.values()}
    local = ("http://localhost:", "http://127.0.0.1:", "https://example.org")
    strange = {url.rstrip(".,;:)") for url in found if not url.startswith(local)} - known
    named = sorted(url for url in strange if "‹" not in url and "*" not in url)
    fail_for(page, {url: _no_link(url) for url in named})


@pytest.mark.parametrize("page", PAGES)
def test_what_is_retired_is_said_to_be(site: Site, page: str) -> None:
    retired = [
        name
        for kind, key, fact in current().all()
        if fact.status == "retired" and kind in ("hosts", "groups", "tables", "tools")
        for name in {key, getattr(fact, "host", key), getattr(fact, "title", key)}
        if len(name) > 3
    ]
    pattern = re.compile(
        rf"(?<![\w.-])(?:{'|'.join(map(re.escape, retired))})(?![\w-])", re.IGNORECASE
    )
    for element in article(site, page).css("p, li, tr, dd, dt"):
        named = pattern.findall(element.text())
        if named and not PAST.search(_around(element)):
            fail_for(page, {name: _retired(name) for name in named})


def _no_fact(kind: str, name: str, known: Iterable[str]) -> str:
    """Return what to tell of a `name` that stands on a page and is no fact."""
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.7)
    meant = f"; did you mean {', '.join(near)}?" if near else ""
    return f"{name} is no {kind} of macros/facts/{meant or ': add it there, with its source'}"


def _no_link(url: str) -> str:
    known = {link.url: key for key, link in current().links.items() if link.url}
    near = get_close_matches(url, known, n=1, cutoff=0.7)
    if near:
        return f"{url} is no link of macros/facts/links.yml; write [[[ link({known[near[0]]!r}) ]]]"
    return f"{url} is no link of macros/facts/links.yml: add it there, with its source"


def _retired(name: str) -> str:
    return (
        f"{name} is retired: name what is used now, or say that it is gone, as in"
        f" `{name} was replaced by ...`"
    )


def _around(element: LexborNode) -> str:
    """Return the text of the element with the headings and introduction that it stands under."""
    parent = element.parent
    text = element.text() + (element.html or "")
    while parent is not None and parent.tag != "article":
        if parent.tag in ("table", "ul", "ol", "div", "details", "dl"):
            before = parent.prev
            while before is not None and before.tag in ("-text", "_text", "#text"):
                before = before.prev
            text += before.text() if before is not None else ""
            text += parent.text()
        parent = parent.parent
    return text


@pytest.mark.parametrize("page", PAGES)
def test_what_a_text_names_is_known(page: str) -> None:
    """Settings, paths, commands and their options, values, numbers with units, retired hosts."""
    found = prose.problems(DOCS / page)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_number_in_what_helps_is_known() -> None:
    found = prose.problems_of_sabotages()
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_declaration_of_prose_is_needed() -> None:
    found = prose.stale()
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("and stat1004", "stat1004 is retired, and not marked so"),
        ("and `stat1004`", "stat1004 is retired, and not marked so"),
        ("and `ForwardAgent yes`", "`ForwardAgent yes` is not a fact"),
        ("and `gti statsu`", "`gti statsu` is not a fact"),
        ("and `git statsu`", "'statsu' is not a fact"),
        ("and `git status --verbsoe`", "git the option '--verbsoe'"),
        ("and `git status | sotr`", "no program called 'sotr'"),
        ("and `klist -z`", "klist the option '-z'"),
        ("and `-b 1024`", "`-b 1024` is not a fact"),
        ("and `analytic-mysql`", "(did you mean analytics-mysql?)"),
        ("with mode `0640`", "`0640` is not a fact"),
        ("for 25 hours", "'25 hours' is not a fact"),
        ("for three days", "'three days' is not a fact"),
        ("on port 8888", "'port 8888' is not a fact"),
        ("up to 30 %", "'30 %' is not a fact"),
    ],
)
def test_what_is_wrong_in_a_text_is_told(
    monkeypatch: pytest.MonkeyPatch, planted: str, said: str
) -> None:
    page, old = DOCS / "access/ssh.md", "`ForwardAgent no`"
    source, before = read_text(page), reading.rendered(page)
    assert prose.problems(page) == []
    spoilt = replace(before, text=before.text.replace(old, f"{old} {planted}", 1))
    monkeypatch.setattr(prose, "read_text", lambda _: source.replace(old, f"{old} {planted}", 1))
    monkeypatch.setitem(reading._rendered, page, spoilt)
    monkeypatch.delitem(reading._blocks, page)
    [found] = prose.problems(page)
    line = source[: source.index(old)].count("\n") + 1
    assert found.startswith(f"docs/access/ssh.md:{line}: ")
    assert said in found
