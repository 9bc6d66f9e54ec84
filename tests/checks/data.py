"""YAML, JSON and TOML: loaded by the library that their readers use."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from macros import yaml_lines
from macros.errors import GuideError
from tests.checks.subject import Problem, Subject


def check_yaml(subject: Subject) -> list[Problem]:
    """Return where the YAML does not load."""
    try:
        yaml_lines.parse(subject.text, Path("block.yml"))
    except GuideError as error:
        return [Problem(error.message, error.line or 1)]
    return []


def check_json(subject: Subject) -> list[Problem]:
    """Return where the JSON does not load."""
    try:
        json.loads(subject.text)
    except json.JSONDecodeError as error:
        return [Problem(f"JSON: {error.msg}", error.lineno)]
    return []


def check_toml(subject: Subject) -> list[Problem]:
    """Return where the TOML does not load."""
    try:
        tomllib.loads(subject.text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(f"TOML: {error}")]
    return []
