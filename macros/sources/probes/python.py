"""Python, which is parsed and never run: functions, names of a module, options, literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from macros.sources.clones import Clone, Entry
from macros.sources.question import Question
from macros.sources.verdict import Finding, UnansweredError

Function = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=32)
def _module(entry: Entry) -> ast.Module:
    try:
        return ast.parse(entry.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f":{line}" if line else ""
        raise UnansweredError(f"{entry.path}{where}: is no Python that can be read") from error


def signature(question: Question, clone: Clone, call: str) -> Iterator[Finding]:
    """Yield the function that the value names as `package.module.function(parameters)`.

    Its parameters are compared with their defaults; annotations are not.
    """
    dotted, parenthesis, _ = call.partition("(")
    *package, name = dotted.split(".")
    entry = clone.entry(question.citation.path or "/".join(package) + ".py")
    found = next((each for each in _functions(entry) if each.name == name), None)
    if found is None:
        yield Finding("value", call, None)
        return
    told = f"{dotted}({_parameters(found.args)})" if parenthesis else dotted
    same = not parenthesis or _plain(told) == _plain(call)
    yield Finding("value", call, call if same else told, found.lineno)


def _functions(entry: Entry) -> Iterator[Function]:
    for each in _module(entry).body:
        if isinstance(each, Function):
            yield each


def _parameters(arguments: ast.arguments) -> str:
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        each.annotation = None
    return ast.unparse(arguments)


def _plain(call: str) -> str:
    """Return `call` in Python's own spelling, whatever its quotes and spaces."""
    try:
        arguments = ast.parse(f"def f({call.partition('(')[2].rpartition(')')[0]}): pass")
    except SyntaxError:
        return call
    function = arguments.body[0]
    assert isinstance(function, ast.FunctionDef)
    return _parameters(function.args)


def members(question: Question, clone: Clone, path: str) -> Iterator[Finding]:
    """Yield the public functions and classes of the module `path`, against the fact's list."""
    entry = clone.entry(path)
    named = {
        each.name: each.lineno
        for each in _module(entry).body
        if isinstance(each, Function | ast.ClassDef) and not each.name.startswith("_")
    }
    yield _listed(question, named)


def options(question: Question, clone: Clone, path: str) -> Iterator[Finding]:
    """Yield the long options that the program `path` gives to argparse, against the fact's list."""
    found = {
        str(argument.value): argument.lineno
        for each in ast.walk(_module(clone.entry(path)))
        if isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "add_argument"
        for argument in each.args
        if isinstance(argument, ast.Constant) and str(argument.value).startswith("--")
    }
    yield _listed(question, found)


def _listed(question: Question, found: dict[str, int]) -> Finding:
    same = set(found) == set(question.values)
    new = [line for name, line in found.items() if name not in question.values]
    told = question.value if same else ", ".join(found) or None
    return Finding("value", question.value, told, new[0] if new else min(found.values(), default=1))


def literal(question: Question, clone: Clone, keys: str) -> Iterator[Finding]:
    """Yield the scalars of a literal of a module, at `keys` ("NAME / key"), in their order.

    The last word of each part of the fact's list has to be one of them.
    """
    name, *inner = keys.split(" / ")
    node: ast.AST | None = next(
        (
            each.value
            for each in _module(clone.entry(question.citation.path or "")).body
            if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == name
        ),
        None,
    )
    for key in inner:
        node = _item(node, key)
    if node is None:
        yield Finding("value", question.value, None)
        return
    told = [str(each.value) for each in _scalars(node)]
    same = told == [part.split()[-1] for part in question.values]
    line = getattr(node, "lineno", None)
    yield Finding("value", question.value, question.value if same else ", ".join(told), line)


def _item(node: ast.AST | None, key: str) -> ast.AST | None:
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    return next((value for name, value in pairs if getattr(name, "value", None) == key), None)


def _scalars(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant):
        yield node
    inner: list[ast.AST] = getattr(node, "values", None) or getattr(node, "elts", [])
    for each in inner:
        yield from _scalars(each)
