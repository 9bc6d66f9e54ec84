"""Things done side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable


def together(*tasks: Callable[[], object]) -> None:
    """Do `tasks` side by side; raises what the first of them to fail raises."""
    failures: list[BaseException] = []

    def attempt(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:  # handed to the thread that waits
            failures.append(error)

    threads = [threading.Thread(target=attempt, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
