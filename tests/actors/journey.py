"""A newcomer's way through the steps: each is done when it is reached, and proved in five beats."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from macros.profile import Profile
from macros.sabotages import Sabotage
from macros.slots import fill
from tests.actors.newcomer import CheckFailed, Newcomer
from tests.checks.replica_queries import wikis
from tests.checks.seen import Symptom, recognised
from tests.environments.lab import servers
from tests.environments.lab import start as labs
from tests.environments.lab.host import quoted
from tests.environments.lab.lab import Lab
from tests.guide import commands, reading
from tests.guide.reading import Block
from tests.guide.steps import Step, steps

#: Systems whose way can be tried on this one, too. Windows has what the others have not.
_OTHER_SYSTEMS: dict[str, list[str]] = {"linux": ["macos"], "macos": ["linux"], "wsl": []}
#: The places with a home of the newcomer's.
_HOMES = {"laptop", "stat"}


@dataclass
class Journey:
    """The way of one newcomer: their lab, and which steps are done."""

    reader: Profile
    lab: Lab
    newcomer: Newcomer
    sabotaged: bool
    done: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, reader: Profile, sabotaged: bool, copied: Mapping[Block, str] | None = None
    ) -> Journey:
        """Start a lab for `reader`, in which nothing has been done; `end` it.

        Steps are proved in all five beats if `sabotaged`, and what must be refused is tried; else
        in the first three. The newcomer types what they have `copied` from the site.
        """
        lab = labs.start(reader, wikis())
        return cls(reader, lab, Newcomer(lab, reader, copied or {}), sabotaged)

    def end(self) -> None:
        """Close all windows, and end the lab."""
        self.newcomer.close()
        self.lab.end()

    def live(self, step: Step) -> None:
        """Reach `step`, prove it, and see what has to be refused there, if that is wanted."""
        self.reach(step)
        self.prove(step)
        for name, sabotage in sabotages(step.id, refusals=True).items() if self.sabotaged else ():
            self.refuse(name, sabotage)

    def reach(self, step: Step) -> None:
        """Do what `step` needs and is not done; raises AssertionError when that has failed."""
        for name in step.needs:
            if name in self.failed:
                raise AssertionError(f"not run: {name} has failed ({self.failed[name]})")
            if name not in self.done:
                needed = steps()[name]
                self.reach(needed)
                self.attempt(needed)
                if needed.check:
                    self.must_pass(needed, "on the way")
        self.prepare(step)

    def attempt(self, step: Step) -> None:
        """Do `step` without a proof; a failure stays known, so that it is told once."""
        try:
            self.newcomer.do(step)
        except BaseException as error:
            self.failed[step.id] = str(error).split("\n")[0]
            raise
        self.done.add(step.id)

    def prepare(self, step: Step) -> None:
        """Start the parts of the lab that `step` uses."""
        texts = [b.text for b in step.todo + step.check if b.language == "bash"]
        texts += [s.attempt for s in sabotages(step.id, refusals=True).values() if s.attempt]
        names = {command.name for text in texts for command in commands.parse(text)}
        names |= {"jupyter"} if any("ssh -N" in text for text in texts) else set()
        if any(text.startswith("#!") for text in texts):  # a doctor, who only looks for beeline
            programs = {name for each in servers.known().values() for name in each.programs}
            names |= programs - {"beeline"}
        self.lab.need(*(server for name in names for server in servers.behind(name)))

    # -- the beats ---------------------------------------------------------------------------

    def prove(self, step: Step) -> None:
        """Do `step` in five beats; raises AssertionError that says which beat went wrong."""
        if step.check and step.changes:
            self.must_fail(step, "before the step is done")
            self.other_ways(step)
        self.attempt(step)
        if not step.check:
            return
        self.must_pass(step, "after the step")
        if not self.sabotaged:
            return
        if step.changes:
            self.newcomer.do_again(step)
            self.must_pass(step, "after the step was done twice")
        broken = sabotages(step.id)
        with self.newcomer.without_agent():
            for name, sabotage in broken.items():
                self.sabotage(step, name, sabotage)
            if broken:
                self.must_pass(step, f"after {' and '.join(broken)} had been undone")

    def other_ways(self, step: Step) -> None:
        """Do `step` as each of its tabs but the first has it, or as it is on another system.

        Each is done in homes as they were before.
        """
        hosts = [self.lab.hosts[place] for place in {block.place for block in step.todo} & _HOMES]
        todo = list(step.todo)
        mine = set(self.newcomer.mine(todo))
        others = _OTHER_SYSTEMS[self.reader.values["system"]]
        systems = [system for system in others if set(self.newcomer.mine(todo, system)) != mine]
        ways: list[tuple[str | None, str | None]] = [(way, None) for way in step.ways[1:]]
        for way, system in ways + [(None, system) for system in systems]:
            with ExitStack() as homes:
                for host in hosts:
                    homes.enter_context(self.lab.kept(host, self.reader.values["shell_name"]))
                self.newcomer.do(step, way, system)
                self.must_pass(step, f"after the way {way or system!r}")

    def must_fail(self, step: Step, when: str) -> CheckFailed:
        """Look that the check of `step` fails; return how."""
        try:
            self.newcomer.check(step)
        except CheckFailed as failure:
            return failure
        raise AssertionError(
            f"{step.where}: the check of {step.id} passes {when}: it proves nothing"
        )

    def must_pass(self, step: Step, when: str) -> None:
        """Look that the check of `step` passes."""
        try:
            self.newcomer.check(step, offers=True)
        except CheckFailed as failure:
            self.failed[step.id] = str(failure).split("\n")[0]
            raise AssertionError(f"{failure}\n(the check of {step.id} {when})") from None

    def sabotage(self, step: Step, name: str, sabotage: Sabotage) -> None:
        """Break by `sabotage`: the check fails with its symptom. Undo it."""
        apply, undo = self._fill(sabotage.apply), self._fill(sabotage.undo)
        self._run_beside(sabotage, apply)
        try:
            failure = self.must_fail(step, f"although {name} was done to it")
        finally:
            self._run_beside(sabotage, undo)
        symptoms = [
            Symptom(n, s.see and self._fill(s.see), s.misses and self._fill(s.misses))
            for n, s in sabotages(step.id).items()
        ]
        found = recognised(symptoms, failure.seen, failure.message)
        assert found == [name], (
            f"snippets/sabotages.yml: {name} should show {sabotage.see or sabotage.misses!r}, "
            f"but the check shows the symptoms of {found}:\n{failure}"
        )

    def _run_beside(self, sabotage: Sabotage, command: str) -> None:
        """Run `command` in a login shell where `sabotage` is, as somebody beside the newcomer."""
        login = quoted("bash", "--login", "-c", command)
        user = self.reader.values["shell_name"]
        self.lab.must(self.lab.hosts[sabotage.place], login, user=user)

    def refuse(self, name: str, sabotage: Sabotage) -> None:
        """Attempt what must be refused, and look for the refusal's words."""
        seen = self.newcomer.attempt(sabotage.place, self._fill(sabotage.attempt))
        words = self._fill(sabotage.see)
        assert words in seen, f"{name}: {words!r} was not seen, but:\n{seen}"

    def _fill(self, text: str | None) -> str:
        return fill(text or "", dict(self.reader.values))


def sabotages(step: str, refusals: bool = False) -> dict[str, Sabotage]:
    """Return the sabotages of `step` by name, or what has to be refused there."""
    known = reading.sabotages()
    of_step = {n: s for n, s in known.items() if s.step == step and (s.see or s.misses)}
    return {n: s for n, s in of_step.items() if (s.attempt if refusals else s.apply)}
