"""What can be changed in the code of the macros: the changes of mutmut, and what is returned."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import libcst as cst
from mutmut.mutation import mutators

from macros.errors import ROOT, read_text, shown
from tests.tools.mutants.corpus import Mutant

FOLDER = ROOT / "macros"
MATERIAL = "macros"
#: Of all that can be changed, as many are tried where no module is named, the same each time.
_SEED, _SAMPLE = 24, 100
_NONE = cst.Name("None")


def _returns_nothing(node: cst.Return) -> Iterator[cst.Return]:
    if node.value is not None and not node.value.deep_equals(_NONE):
        yield node.with_changes(value=_NONE)


def _turned_round(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """Return what mutmut makes of an operator; one that puts a path together only fails."""
    divided = isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Divide)
    return () if divided else mutators.operator_swap_op(node)


#: Of mutmut those that turn round a comparison, a condition, a boolean or a number.
_OPERATORS: list[tuple[Any, Any]] = [
    (cst.BaseNumber, mutators.operator_number),
    (cst.Name, mutators.operator_name),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, _turned_round),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.Return, _returns_nothing),
]


def mutants(parts: list[str]) -> list[Mutant]:
    """Return the mutants of the modules that `parts` name as macros/NAME.py; of macros a sample."""
    named = [part for part in parts if part.startswith("macros/")]
    paths = [path for path in sorted(FOLDER.rglob("*.py")) if path.name != "__init__.py"]
    wanted = [path for path in paths if any(part in shown(path) for part in named)]
    places = [place for path in wanted or paths for place in _places(path)]
    if not named:
        chosen = random.Random(_SEED).sample(range(len(places)), min(_SAMPLE, len(places)))  # noqa: S311
        places = [places[number] for number in sorted(chosen)]
    return list(_made(places))


_Place = tuple[Path, cst.Module, cst.CSTNode, cst.CSTNode]


class _Visitor(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note what can be changed of a node; nothing of a type is run."""
        if isinstance(node, cst.Annotation):
            return False
        for kind, operator in _OPERATORS:
            if isinstance(node, kind):
                self.found += [(node, new) for new in operator(node)]
        return super().on_visit(node)


def _places(path: Path) -> Iterator[_Place]:
    module, visitor = cst.parse_module(read_text(path)), _Visitor()
    module.visit(visitor)
    yield from ((path, module, old, new) for old, new in visitor.found)


def _made(places: Iterable[_Place]) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    for path, module, node, changed in places:
        before = module.code
        made = module.deep_replace(node, changed)
        assert isinstance(made, cst.Module)
        start = _common(before, made.code)
        end = _common(before[start:][::-1], made.code[start:][::-1])
        # Whole words, so that people can read it.
        while start and before[start - 1].isalnum():
            start -= 1
        while end and before[len(before) - end].isalnum():
            end -= 1
        old, new = before[start : len(before) - end], made.code[start : len(made.code) - end]
        line = before[before.rfind("\n", 0, start) + 1 :].split("\n")[0].strip()
        key = f"{shown(path)}: {line}: {old} -> {new}".replace("\n", " ")
        seen[key] += 1
        key += f" #{seen[key]}" if seen[key] > 1 else ""
        digest = hashlib.sha256(made.code.encode()).hexdigest()[:16]
        yield Mutant(key, digest, path, shown(path), MATERIAL, start, old, new)


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
