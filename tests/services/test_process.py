"""Rules of the process: groups, pathways, pilots, the next meeting; and what a spoilt file is told."""

import shutil
from datetime import date
from math import inf

import pytest

from sim.law import load_law
from sim.law.calendar import date_of, day_number
from sim.services.caseworkers import Task, read_caseworking
from sim.services.meetings import group_of, meeting_programme
from sim.services.process import GROUPS, PROCESS, Process, read_process
from sources.area import data_root, read_area
from sources.errors import InputError

ROOT = data_root()
AREA = read_area("lahti", ROOT)
QUARTER = 91.3125  # three months


@pytest.fixture(scope="module")
def caseworking():
    return read_caseworking(AREA)


@pytest.fixture
def changed(tmp_path, catalogue, caseworking):
    """Function (old, new) → Lahti's process with a text replaced, read anew."""
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))

    def read(old, new):
        path = tmp_path / "lahti" / PROCESS
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return read_process(read_area("lahti", tmp_path), catalogue, caseworking)
    return read


@pytest.fixture
def programme(catalogue, caseworking):
    """Function (process, first day, months) → programme; Lahti's own process by default."""
    def make(process=None, first="2026-09-01", months=6):
        process = process or read_process(AREA, catalogue, caseworking)
        return meeting_programme(caseworking, process, load_law(), day_number(first), months)
    return make


def test_a_client_is_of_the_first_group_that_holds():
    flags = {(True, True, True): "starter", (False, True, True): "young", (False, False, True): "newly_unemployed",
             (False, False, False): "other"}
    assert {each: GROUPS[group_of(*each)] for each in flags} == flags


def test_baseline_shares_of_the_demand_led_pathway_are_those_of_the_estimate(programme):
    assert all(0.1 <= share <= 0.25 for row in programme().demand_led for share in row)


def test_terms_change_with_the_first_day_of_a_month(catalogue, caseworking, programme):
    written = read_process(AREA, catalogue, caseworking).model_dump(by_alias=True)
    groups = written["groups"]

    def step(course, since, value):
        return [*course, {**course[-1], "from": date.fromisoformat(since), "value": value, "range": None}]
    groups["young"]["demand_led"] = step(groups["young"]["demand_led"], "2026-10-15", 0.3)
    groups["starter"]["queue_priority"] = step(groups["starter"]["queue_priority"], "2026-11-01", 0)
    groups["starter"]["entitlement"] = ["start_up_grant"]
    groups["other"]["discretionary_every"] = step(groups["other"]["discretionary_every"], "2026-09-01", 0)
    made = programme(Process.model_validate(written))
    starter, young, _, other = range(len(GROUPS))
    assert [row[young] for row in made.demand_led] == [0.2, 0.2, 0.3, 0.3, 0.3, 0.3]
    assert [row[starter] for row in made.priorities] == [1, 1, 0, 0, 0, 0]
    assert {row[other] for row in made.gaps} == {inf}
    assert made.entitlements[starter] == ("start_up_grant",) and made.entitlements[young] == ()


def test_a_pilot_is_a_class_of_its_own(programme):
    made = programme()
    place = made.classes.index("skills_mapping")
    assert place == len(GROUPS) and made.pilot_shares == [[0.0]] * 6
    assert (made.units[made.pilot_units[0]], GROUPS[made.pilot_groups[0]]) == ("job_search", "newly_unemployed")
    assert made.gaps[0][place] == 14


@pytest.mark.parametrize(("gap", "rhythm"), [(30.0, [30, 60]), (45.0, [45]), (60.0, [60]), (75.0, []), (inf, [])])
def test_discretionary_meetings_stand_between_the_statutory_ones(programme, gap, rhythm):
    """A discretionary meeting gives way to a statutory one that is due within half a gap after it."""
    made, last, found = programme(), 0.0, []
    for _ in range(2 * (len(rhythm) + 1)):
        last, task = made.next_meeting(0.0, last, gap)
        found.append((last, task))
    quarter = [*((day, Task.DISCRETIONARY_MEETING) for day in rhythm), (QUARTER, Task.STATUTORY_DISCUSSION)]
    assert found == [*quarter, *((pytest.approx(day + QUARTER), task) for day, task in quarter)]


def test_the_interview_is_due_by_the_law_or_the_citys_own_aim(changed, programme):
    """Registered on a Tuesday, when the law gave 5 working days and when it gives 10."""
    def due(made, registered):
        start = day_number("2025-12-01")
        return date_of(start + int(made.initial_due[day_number(registered) - start])).isoformat()
    law = programme(first="2025-12-01")
    assert due(law, "2025-12-02") == "2025-12-09" and due(law, "2026-01-06") == "2026-01-20"
    sooner = programme(changed("value: 10, unit: working days", "value: 3, unit: working days"), "2025-12-01")
    assert due(sooner, "2025-12-02") == "2025-12-05" and due(sooner, "2026-01-06") == "2026-01-09"


def test_schedules_begin_on_the_day_of_the_law(programme):
    days = [day for day, _ in programme(first="2025-12-01").schedules]
    assert days == [0, 31] and [day for day, _ in programme().schedules] == [0]


def test_figures_are_estimates_with_their_names(catalogue, caseworking):
    figures = dict(read_process(AREA, catalogue, caseworking).figures())
    assert {figure.status for figure in figures.values()} == {"estimate"}
    assert {"process.newly_unemployed_months", "process.groups.young.demand_led.0",
            "process.pilots.skills_mapping.share.0"} <= set(figures)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("    unit: job_search", "    unit: job_serach", ["pilots.skills_mapping.unit", "write job_search"]),
    ("    effect: &as_measured", "    entitlement: [start_up_grnat]\n    effect: &as_measured",
     ["groups.starter.entitlement", "write start_up_grant"]),
    ("    group: newly_unemployed", "    group: newly_unemplyed", ["write newly_unemployed"]),
    ("value: 1, unit: rank", "value: 1.5, unit: rank", ["queue_priority.0.value"]),
    ("value: 10, unit: working days", "value: 0, unit: working days", ["initial_interview_within.0.value"]),
    ("evidence: judgement}", "}", ["groups.starter.effect.evidence", "is missing"]),
    ("  young:", "  yuong:", ["yuong", "write young"]),
    ("value: 0.1, unit: share", "value: 1.1, unit: share", ["demand_led.0.value"]),
])
def test_a_spoilt_file_is_told(changed, old, new, said):
    with pytest.raises(InputError) as fault:
        changed(old, new)
    text = str(fault.value)
    assert PROCESS in text and "Mend: " in text and all(word in text for word in said), text


def test_a_municipality_without_a_process_is_told_only_when_asked(tmp_path, catalogue, caseworking):
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))
    (tmp_path / "lahti" / PROCESS).unlink()
    with pytest.raises(InputError, match="Lahti has no file of its service process"):
        read_process(read_area("lahti", tmp_path), catalogue, caseworking)
