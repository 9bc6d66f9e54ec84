"""The doctor in the lab: it finds nothing where all is well, and the cause of what is broken."""

from __future__ import annotations

import pytest

from macros.errors import shown
from tests.actors import insider, scenes
from tests.actors.patient import TOLD, Patient, causes, differs, record, told
from tests.actors.scenes import Scene
from tests.checks.snippet_texts import for_reader
from tests.evidence import notes, versions
from tests.guide import reading

pytestmark = pytest.mark.slow


def _look(patient: Patient, scene: Scene, recording: bool) -> tuple[dict[str, str], str | None]:
    """Return the causes that the doctor tells, and how its words differ from those known."""
    records = patient.records(scene.place, *scene.options)
    if recording:
        record(scene.name, scene.place, told(records))
    difference = differs(scene.name, scene.place, told(records))
    return causes(records), difference and f"other words than in {shown(TOLD)}:\n{difference}"


def _where(place: str, pattern: str) -> str:
    return for_reader(f"{place}/doctor", "sample").where(pattern)


@pytest.mark.parametrize("scene", scenes.healthy(), ids=lambda scene: scene.name)
def test_a_healthy_set_up_has_no_alarm(patient: Patient, scene: Scene, recording: bool) -> None:
    doctor = for_reader(f"{scene.place}/doctor", "sample")
    notes.note(doctor.block, "lab", versions.named("bash"))
    found, difference = _look(patient, scene, recording)
    assert not found, [f"{doctor.where(f'^look {name} ')}: {found[name]}" for name in found]
    assert not difference, f"{doctor.where('^look ')}: {difference}"


def test_it_prints_no_token(patient: Patient) -> None:
    """Neither from a proxy's address nor from one of git's."""
    patient.run("stat", "cp ~/.gitconfig ~/kept")
    patient.run("stat", "sed -i 's,https://[^@]*@,https://me:s3cret@,' ~/.gitconfig")
    try:
        proxy = "http_proxy=http://me:s3cret@proxy:8080"
        said = patient.run("stat", f"{proxy} bash ~/onboarding-doctor --json", (1, 2))
        assert "s3cret" not in said and "://(hidden)@" in said and "git-token-on-disk" in said
    finally:
        patient.run("stat", "mv ~/kept ~/.gitconfig")


@pytest.mark.parametrize(("place", "count"), [("laptop", 4), ("stat", 6)])
def test_what_a_healthy_set_up_met_is_told_in_lines_of_a_survey(
    patient: Patient, place: str, count: int
) -> None:
    """Ready to be sent: they are of facts, all hold, and there is nothing beside them."""
    said = patient.run(place, "bash ~/onboarding-doctor --connect --seen", (0, 1))
    said = said[said.index("{") :]  # a shell may print
    assert {record.verdict for record in insider.told(said).values()} == {"holds"}
    assert len(insider.lines(said)) == count
    values = patient.journey.reader.values
    for name in ("shell_name", "full_name", "email", "production_key", "gerrit_key", "team"):
        assert values[name] not in said
    assert "/home" not in said and "AAAA" not in said and "SHA256" not in said


def test_what_is_broken_is_not_among_what_was_met(patient: Patient) -> None:
    patient.run("stat", "mv ~/.gitconfig ~/kept && cp /tmp/krb5cc_$(id -u) ~/ticket && kdestroy")
    try:
        said = patient.run("stat", "bash ~/onboarding-doctor --seen", (2,))
    finally:
        patient.run("stat", "mv ~/kept ~/.gitconfig && mv ~/ticket /tmp/krb5cc_$(id -u)")
    assert "kerberos_realm" not in said and "analytics-privatedata-users" in said


@pytest.mark.parametrize("name", scenes.sabotages())
def test_a_sabotage_is_told_by_its_name_and_mended_by_its_cure(
    patient: Patient, name: str, recording: bool
) -> None:
    sabotage, scene = scenes.sabotages()[name], scenes.sabotaged(name)
    with scene.made(patient):
        where = _where(scene.place, rf"{sabotage.doctor}\b(?!\))")
        found, difference = _look(patient, scene, recording)
        assert set(found.values()) == {sabotage.doctor}, f"{where}: it tells {found}"
        assert not difference, f"{where}: {difference}"
        said = patient.heed(sabotage)
        if said:
            assert patient.alarms(scene.place, *scene.options) == {}, f"after the cure: {said}"


@pytest.mark.parametrize(
    "scene", [*scenes.beside(), *scenes.others()], ids=lambda scene: scene.name
)
def test_what_no_sabotage_brings_about(patient: Patient, scene: Scene, recording: bool) -> None:
    with scene.made(patient):
        cause = next(iter(scene.alarms.values()), "")
        where = _where(scene.place, rf"{cause}\b(?!\))")
        found, difference = _look(patient, scene, recording)
        assert found == scene.alarms, f"{where}: it tells {found}"
        assert not difference, f"{where}: {difference}"


def test_all_that_was_broken_is_whole_again(patient: Patient) -> None:
    """What a set-up leaves behind is also seen in the next one, by words that are not recorded."""
    for place in ("laptop", "stat"):
        assert patient.alarms(place, "--connect") == {}


def test_every_failure_is_brought_about() -> None:
    """By its sabotage, by a scene beside them, or by a case."""
    known = reading.sabotages().values()
    rest = {s.doctor for s in known if s.doctor and not (s.apply or s.attempt)}
    brought_about = {cause for scene in scenes.beside() for cause in scene.alarms.values()}
    for case in reading.cases().values():
        brought_about |= set(case.answer)
    assert rest - brought_about == set()
