"""What more than one suite looks at."""

from __future__ import annotations

import pytest

from tests.environments import built_site
from tests.environments.built_site import Site


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Site:
    """The published site; without one, a single error with the words of its builder."""
    built = built_site.by()
    if not (built.folder / "index.html").is_file():
        said = "\n".join(built.remarks()) or built.log[-2000:]
        request.session.shouldfail = f"the site could not be built:\n{said}"
        pytest.fail(f"the site could not be built:\n{said}", pytrace=False)
    return built
