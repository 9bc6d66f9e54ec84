"""A case that cannot be one is told with its field and its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from macros import cases
from macros.errors import GuideErrors, read_text


def test_a_wrong_field_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, case = next(iter(yaml.safe_load(read_text(cases.FILE)).items()))
    file = tmp_path / "cases.yml"
    monkeypatch.setattr(cases, "FILE", file)
    file.write_text(yaml.safe_dump({name: case}), encoding="utf-8")
    assert list(cases.load()) == [name]
    file.write_text(yaml.safe_dump({name: {"bogus": 1, **case}}, sort_keys=False), encoding="utf-8")
    with pytest.raises(GuideErrors) as told:
        cases.load()
    assert str(told.value) == f"{file}:2: {name}: bogus: Extra inputs are not permitted"
