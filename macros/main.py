"""Hands the guide's vocabulary to mkdocs-macros; everything else is in `rendering`.

mkdocs-macros runs this file again at every rebuild, but keeps what it imports:
the package is dropped when one of its files has changed, so that an edit of a
macro, a fact or a snippet is seen.
"""

from __future__ import annotations

import gc
import html
import json
import logging
import sys
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
building = sys.modules.get("macros.building")
if building is not None and building.is_stale():
    for name in [name for name in sys.modules if name.split(".")[0] == "macros"]:
        del sys.modules[name]

from macros import freshness, metrics, origins, plain_files, proof, settings, twins, whole  # noqa: E402 # after the old are dropped
from macros.errors import GuideError, GuideErrors, read_text  # noqa: E402 # after the old are dropped
from macros.lines import Lines  # noqa: E402 # as above
from macros.slots import printed  # noqa: E402 # as above

# A build makes much that it keeps to its end: at Python's threshold of 700 it is looked through
# three hundred times for what could be thrown away.
gc.set_threshold(20_000)

log = logging.getLogger("mkdocs.guide")
#: How the plugin's own accounts of errors begin, which know the page and not the line.
PLUGIN_ERRORS = ("# _Macro Rendering Error_", "# _Macro Syntax Error_")


_reported: set[str] = set()


class _OwnAccounts(logging.Filter):
    """Keeps the plugin's accounts of broken pages out of the log: ours follow, with their lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not any(beginning in record.getMessage() for beginning in PLUGIN_ERRORS)


def define_env(env: Any) -> None:
    """Register values and macros with mkdocs-macros (its entry point).

    Raises SystemExit, with file and line, for pages that are no text, and for variables of the
    environment that are refused: MkDocs would fall over them, or write them into every page.
    """
    logging.getLogger("mkdocs.plugins.mkdocs_macros.util").addFilter(_OwnAccounts())
    _refuse_what_breaks_the_build()
    # Zensical asks for the names anew for each page, and calls nothing else of this file.
    every_page = not hasattr(env, "on_page_markdown")
    if not every_page:
        # Named in mkdocs.yml, they would be looked for before this file has said where they are.
        env.conf["markdown_extensions"] += settings.MARKDOWN_EXTENSIONS
    try:
        env.guide = import_module("macros.building").guide_of_build()
    except Exception as error:
        env.guide, env.broken = None, _as_guide_error(error)
        _report(env.broken)
        return
    if every_page:
        env.guide.begin_page(ROOT / "docs" / env.page.path, 0)
    for name, word in env.guide.names().items():
        if callable(word) and hasattr(word, "__name__"):
            env.macro(word, name)
        else:
            env.variables[name] = printed(word) if every_page else word


def _refuse_what_breaks_the_build() -> None:
    errors = []
    pages = sorted((ROOT / "docs").rglob("*.md"))
    checks: list[Callable[[], object]] = [settings.check, plain_files.check]
    for check in checks + [partial(read_text, page) for page in pages if page.is_file()]:
        try:
            check()
        except GuideError as error:
            errors.append(str(error))
    if errors:
        raise SystemExit("\n".join(errors))


def on_pre_page_macros(env: Any) -> None:
    """Tell the guide which page comes, and replace a page that cannot be read by its error."""
    if env.guide is None:
        env.markdown = _shown(str(env.broken))
        return
    page = Path(env.page.file.abs_src_path)
    header = page.read_text(encoding="utf-8").count("\n") - env.markdown.count("\n")
    # The plugin has no setting for a sandbox, and its names (config, files) lead out of it.
    env._env = env.guide.page_environment
    env.variables.clear()
    env.variables.update(env.guide.names())
    env.guide.begin_page(page, header)
    env.body = env.markdown


def on_post_page_macros(env: Any) -> None:
    """Log every error of the page: a warning, which `--strict` turns into a failed build."""
    if env.guide is not None:
        if env.markdown.startswith(PLUGIN_ERRORS):
            env.markdown = env.guide.render_body(env.body, Lines())
        _report(GuideErrors(env.guide.end_page(env.markdown)))
        used = env.guide.uses[env.guide.page_name]
        env.page.meta["stale"] = freshness.stale_of(env.guide.facts, used, freshness.today())
        env.page.meta["origins"] = origins.of_page(env.guide.facts, used)


def on_post_build(env: Any) -> None:
    """Write what is known of the guide beside the site, if all of it can be read.

    Twins stand beside what is published: a preview is to be quick.
    """
    if env.guide is not None:
        try:
            found = metrics.measured(env.guide, proof.blocks_of_build(), freshness.today())
        except GuideErrors:  # told where the pages are rendered
            return
        site = Path(env.conf["site_dir"])
        beside = {metrics.FILE: json.dumps(found, indent=1) + "\n"}
        if env.conf["extra"]["published"]:
            made = twins.twins(site, whole.names())
            beside |= twins.files(made, settings.parts(), env.guide.profile.values)
        for name, text in beside.items():
            (site / name).write_text(text, encoding="utf-8")


def _as_guide_error(error: Exception) -> GuideError:
    """Say of a mistake in the package itself where it is: the server lives on, and shows it."""
    if isinstance(error, GuideError):
        return error
    if isinstance(error, SyntaxError):
        return GuideError(f"SyntaxError: {error.msg}", error.filename, error.lineno)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return GuideError(f"{type(error).__name__}: {error}", last.filename, last.lineno)


def _report(error: GuideError) -> None:
    """Log each error once in a build: a broken file is met on every page that shows it."""
    for each in error.errors if isinstance(error, GuideErrors) else [error]:
        if str(each) not in _reported:
            log.warning("%s", each)
            _reported.add(str(each))


def _shown(message: str) -> str:
    return f"<pre class='guide-error'>{html.escape(message)}</pre>"
