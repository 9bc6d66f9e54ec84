"""Settings in YAML and JSON: hiera of Puppet, values of charts, schemas."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from macros.sources.clones import Clone, Entry
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError
from macros.yaml_lines import Loader

#: Bounds of a file: the deepest that a fact cites has 12 levels, the longest 60,000 nodes.
_DEEPEST, _MOST = 60, 400_000


def setting(question: Question, clone: Clone, keys: str) -> Iterator[Finding]:
    """Yield the setting at `keys` ("a / b / 0"): a scalar, or a list as the fact has it.

    At `*` all names of a mapping, or all items of a list, are gone through.
    """
    entry = clone.entry(question.citation.path or "")
    found = list(_at(loaded(entry), [key.strip() for key in keys.split(" / ")]))
    if not found:
        yield Finding("value", question.value, None)
        return
    told, line = [text for text, _ in found], found[0][1]
    same = set(told) == set(question.values) if len(told) > 1 else told == [question.value]
    yield Finding("value", question.value, question.value if same else ", ".join(told), line)


def loaded(entry: Entry) -> yaml.Node:
    """Return the nodes of a YAML or JSON file, nothing of which is made into objects.

    Raises UnansweredError where it is no YAML, or too deep or long to be read.
    """
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(entry.text, Loader=Loader)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST or count > _MOST:
                raise UnansweredError(f"{entry.path}: is too deep or too long to be read")
        node = yaml.compose(entry.text, Loader=Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        raise UnansweredError(f"{entry.path}{where}: is no YAML that can be read") from error
    if node is None:
        raise UnansweredError(f"{entry.path} is empty")
    return node


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Return what `node` has at `key`, the name in a mapping or the number in a list."""
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        each: yaml.Node = node.value[int(key)]
        return each
    return None


def scalars(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """Yield the texts of a scalar, of the items of a list, or of the names of a mapping."""
    if isinstance(node, yaml.ScalarNode):
        yield node.value, node.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            if isinstance(each, yaml.ScalarNode):
                yield each.value, each.start_mark.line + 1
    elif isinstance(node, yaml.MappingNode):
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode):
                yield name.value, name.start_mark.line + 1


def _at(node: yaml.Node | None, keys: list[str]) -> Iterator[tuple[str, int]]:
    if not keys:
        yield from scalars(node)
    elif keys[0] == "*":
        for each in _inside(node):
            yield from _at(each, keys[1:])
    else:
        yield from _at(child(node, keys[0]), keys[1:])


def _inside(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (value for _, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value
