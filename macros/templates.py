"""Jinja, as this project uses it: its marks, its errors, and the lines they are on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from macros.errors import GuideError, GuideErrors, unknown
from macros.slots import NeedsVariants, printed

MARKS: dict[str, Any] = {
    "variable_start_string": "[[[",
    "variable_end_string": "]]]",
    "block_start_string": "[[%",
    "block_end_string": "%]]",
    "comment_start_string": "[[#",
    "comment_end_string": "#]]",
}
#: Sources are compiled once for all environments with the same options.
_code: dict[tuple[str, bool], Any] = {}


def environment(
    names: Mapping[str, Any], undefined: type[jinja2.Undefined], **options: Any
) -> jinja2.Environment:
    """Return an environment that knows `names` and nothing else, and leads to nothing else."""
    # Markdown, not HTML: what it prints is escaped where it becomes HTML.
    made = SandboxedEnvironment(
        undefined=undefined, keep_trailing_newline=True, finalize=printed, **MARKS, **options
    )
    made.globals = dict(names)
    return made


def template(made: jinja2.Environment, source: str) -> jinja2.Template:
    """Return the template of `source`; raises jinja2.TemplateSyntaxError."""
    key = source, made.trim_blocks
    if key not in _code:
        _code[key] = made.compile(source)
    return jinja2.Template.from_code(made, _code[key], made.globals)


def refusing(names: Callable[[], Mapping[str, Any]]) -> type[jinja2.Undefined]:
    """Return what stands for an unknown name: any use is an error with the near names."""

    class Refusing(jinja2.StrictUndefined):
        @property
        def _undefined_message(self) -> str:
            return unknown("value or macro", self._undefined_name, names())

    for use in ("__str__", "__iter__", "__bool__", "__len__", "__eq__", "__ne__", "__contains__"):
        setattr(Refusing, use, jinja2.Undefined._fail_with_undefined_error)
    return Refusing


def recorded(
    names: Callable[[], Mapping[str, Any]], record: Callable[[GuideError], str]
) -> type[jinja2.Undefined]:
    """Return what stands for an unknown name on a page: its error is recorded, the page goes on."""

    class Recorded(refusing(names)):  # type: ignore[misc] # a class made at run time
        jinja_pass_arg = None  # Jinja asks for it before a call; without it, that is the error

        def __str__(self) -> str:
            return record(GuideError(self._undefined_message))

        def __call__(self, *_: Any, **__: Any) -> str:
            return str(self)

    return Recorded


def current_line() -> int | None:
    """Return the line of the innermost template that is being rendered."""
    frame = sys._getframe(1)
    while frame is not None:
        made = frame.f_globals.get("__jinja_template__")
        if made is not None:
            return int(made.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment] # None ends the loop
    return None


def line_of(error: BaseException) -> int | None:
    """Return the line of the innermost template that `error` went through."""
    line, traceback = None, error.__traceback__
    while traceback:
        made = traceback.tb_frame.f_globals.get("__jinja_template__")
        if made is not None:
            line = made.get_corresponding_lineno(traceback.tb_lineno)
        elif traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


@contextmanager
def located(path: Path) -> Iterator[None]:
    """Turn the errors of the template of `path` into GuideErrors with its file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise GuideError(f"macro syntax: {error.message}", path, error.lineno) from error
    except jinja2.UndefinedError as error:
        raise GuideError(str(error.message), path, line_of(error)) from error
    except GuideError as error:
        if error.path or isinstance(error, GuideErrors):
            raise  # it knows where it is
        raise GuideError(error.message, path, line_of(error)) from error
    except NeedsVariants:
        raise
    except Exception as error:
        raise GuideError(told(error), path, line_of(error)) from error


def told(error: Exception) -> str:
    """Return what to say of anything that a template can raise and this project does not."""
    if isinstance(error, TypeError) and "no loader" in str(error):
        return "a page or snippet includes no other: show it with [[[ snippet(...) ]]]"
    if isinstance(error, RecursionError):
        return "this goes round in a circle: a snippet shows itself, or a macro calls itself"
    if isinstance(error, SecurityError):
        return "a page can't look inside a value or macro: remove the name that begins with _"
    if isinstance(error, jinja2.UndefinedError):
        return str(error)
    return f"{type(error).__name__}: {error}"
