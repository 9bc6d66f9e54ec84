"""Workers: copies of the project with a process in each, that try mutants side by side."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from macros import evidence
from macros.errors import shown
from tests.environments import scratch
from tests.tools.copies import copy_of_project
from tests.tools.mutants.corpus import Mutant
from tests.tools.mutants.protocol import Verdict
from tests.tools.mutants.stages import Stage

#: One more than there are processors, as each waits now and then.
_MOST = (os.cpu_count() or 1) + 1

_Found = tuple[Mutant, Verdict] | Exception | None


def verdicts(stage: Stage, tried: list[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
    """Yield the verdict that `stage` has on each mutant, as soon as it is known."""
    number = min(_MOST, -(-len(tried) // stage.worth))
    together = min(stage.together, -(-len(tried) // number))
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    done: queue.SimpleQueue[_Found] = queue.SimpleQueue()
    for mutant in tried:
        waiting.put(mutant)
    with scratch.folder() as folder:
        workers = [
            threading.Thread(
                target=_work, args=(stage, folder / name, waiting, together, done), daemon=True
            )
            for name in map(str, range(number))
        ]
        for worker in workers:
            worker.start()
        for _ in workers:
            while (found := done.get()) is not None:
                if isinstance(found, Exception):
                    raise found
                yield found


def _work(
    stage: Stage,
    folder: Path,
    waiting: queue.SimpleQueue[Mutant],
    together: int,
    done: queue.SimpleQueue[_Found],
) -> None:
    try:
        with _worker(stage, copy_of_project(folder)) as process:
            assert process.stdin and process.stdout
            while batch := _next(waiting, together):
                told = [{**asdict(mutant), "path": shown(mutant.path)} for mutant in batch]
                print(json.dumps(told), file=process.stdin, flush=True)
                answer = process.stdout.readline()
                if not answer:
                    raise RuntimeError(f"{stage.name} has ended at {batch[0].key}")
                for mutant, verdict in zip(batch, json.loads(answer), strict=True):
                    done.put((mutant, Verdict.of_json(verdict)))
            process.stdin.close()
    except Exception as error:
        done.put(error)
    done.put(None)


def _next(waiting: queue.SimpleQueue[Mutant], number: int) -> list[Mutant]:
    """Take up to `number` from the queue."""
    taken: list[Mutant] = []
    try:
        while len(taken) < number:
            taken.append(waiting.get_nowait())
    except queue.Empty:
        pass
    return taken


def _worker(stage: Stage, project: Path) -> subprocess.Popen[str]:
    module = f"tests.tools.mutants.stages.{stage.module}"
    command = [sys.executable, "-m", module, *stage.arguments]
    pipe = subprocess.PIPE
    environment = {**os.environ, evidence.VARIABLE: ""}
    return subprocess.Popen(
        command, cwd=project, env=environment, stdin=pipe, stdout=pipe, text=True
    )
