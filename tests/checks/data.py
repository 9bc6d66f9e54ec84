"""YAML, JSON, TOML and Python: read by the library or compiler that their readers use."""

from __future__ import annotations

import tomllib
from json import JSONDecodeError, loads
from pathlib import Path

from macros import yaml_lines
from macros.errors import GuideError
from tests.checks.subject import Problem


def yaml(text: str) -> list[Problem]:
    """Return where the YAML does not load."""
    try:
        yaml_lines.parse(text, Path("block.yml"))
    except GuideError as error:
        return [Problem(error.message, error.line or 1)]
    return []


def json(text: str) -> list[Problem]:
    """Return where the JSON does not load."""
    try:
        loads(text)
    except JSONDecodeError as error:
        return [Problem(f"JSON: {error.msg}", error.lineno)]
    return []


def toml(text: str) -> list[Problem]:
    """Return where the TOML does not load."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(f"TOML: {error}")]
    return []


def python(text: str) -> list[Problem]:
    """Return where Python does not compile."""
    try:
        compile(text, "block", "exec")
    except SyntaxError as error:
        return [Problem(f"Python: {error.msg}", error.lineno or 1)]
    return []
