"""The guide as pages of a wiki, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from macros.errors import GuideError
from macros.wikitext.__main__ import export


@pytest.fixture(scope="session")
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the guide as wikitext; without one, a single error with all reasons."""
    target = tmp_path_factory.mktemp("wikitext") / "pages"
    try:
        export(target=target)
    except GuideError as error:
        request.session.shouldfail = f"the guide could not be exported:\n{error}"
        pytest.fail(str(error), pytrace=False)
    return target
