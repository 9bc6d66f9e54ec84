"""Chromium on the laptop of the lab, driven from outside.

Playwright speaks to the browser over two file descriptors, which all that stands between them hands
on: nsenter, bubblewrap and the shell of the wrapper.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.actors import jupyterlab
from tests.environments.lab.host import quoted
from tests.environments.lab.lab import Lab
from tests.environments.web.chromium import FLAGS, PROGRAM, new_context

#: What it reads of /etc.
_ETC = ("/etc/fonts",)


@contextmanager
def opened(lab: Lab) -> Iterator[Page]:
    """Open a browser with an empty page on the laptop, as the reader; close it in the end."""
    laptop = replace(lab.laptop, extra={**lab.laptop.extra, **{path: Path(path) for path in _ETC}})
    command = quoted(*lab.command(laptop, [PROGRAM], lab.reader.values["shell_name"]))
    wrapper = lab.folder / PROGRAM
    wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    wrapper.chmod(0o755)
    # Playwright's own files, too, go where the lab's are.
    environment: dict[str, str | float | bool] = {**os.environ, "TMPDIR": str(lab.folder)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wrapper, args=FLAGS, env=environment)
        try:
            context = new_context(browser, permissions=jupyterlab.PERMISSIONS)
            yield context.new_page()
        finally:
            browser.close()
