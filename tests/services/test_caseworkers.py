"""Units, minutes and the load on them, by hand; and how busy Lahti's units are, as docs/caseworkers.md shows it."""

import re
import shutil
from math import exp, inf
from pathlib import Path

import numpy as np
import pytest
import simpy
from ruamel.yaml import YAML

from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.light import start
from sim.flow.pool import Caseworkers
from sim.law import load_law
from sim.law.calendar import day_number
from sim.services.caseworkers import CASEWORKERS, Caseworking, Task, read_caseworking
from sim.services.meetings import OTHER, meeting_programme
from sim.services.process import read_process
from sources.area import data_root, read_area
from sources.errors import InputError

ROOT = data_root()
ORIGIN = day_number("2026-09-01")


@pytest.fixture(scope="module")
def caseworking():
    return read_caseworking(read_area("lahti", ROOT))


@pytest.fixture(scope="module")
def programme(caseworking, catalogue):
    process = read_process(read_area("lahti", ROOT), catalogue, caseworking)
    return meeting_programme(caseworking, process, load_law(), ORIGIN, 28)


@pytest.fixture
def changed(tmp_path):
    """Function (old, new, ...) → Lahti's caseworkers with texts replaced, read anew."""
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))

    def read(*texts):
        path = tmp_path / "lahti" / CASEWORKERS
        text = path.read_text("utf-8")
        for old, new in zip(texts[::2], texts[1::2], strict=True):
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        return read_caseworking(read_area("lahti", tmp_path))
    return read


def test_staff_is_that_of_the_operating_plan(caseworking):
    plan = YAML().load((ROOT / "lahti" / "operating.yaml").read_text("utf-8"))["staff"]["units"]
    assert {name: [float(step) for step in unit.fte] for name, unit in caseworking.units.items()} == {
        name: [unit["staff"]["value"]] for name, unit in plan.items()}


def test_every_figure_is_an_estimate_with_a_source(caseworking):
    figures = caseworking.figures()
    assert len(figures) == len(dict(figures)) > 40
    assert {figure.status for _, figure in figures} == {"estimate"} and all(figure.source for _, figure in figures)


def test_automation_saves_its_share_less_the_rework_from_its_day_on(changed):
    caseworking = changed("range: [5, 40]}]\n    automation: *none", "range: [5, 40]}]\n    automation:\n"
                          "      - {from: 2025-01-01, value: 0, unit: share, source: none, status: estimate}\n"
                          "      - {from: 2027-01-01, value: 0.4, unit: share, source: none, status: estimate}")
    days = [day_number(day) for day in ("2026-12-31", "2027-01-01")]
    minutes = caseworking.minutes(days)
    # of 15 minutes 6 are saved, of which a tenth comes back: 15 − 6 + 0.6
    assert minutes[Task.BENEFIT_STATEMENT].tolist() == pytest.approx([15, 9.6])
    others = [task for task in Task if task != Task.BENEFIT_STATEMENT]
    assert (minutes[others, 0] == minutes[others, 1]).all()


def test_staff_steps_on_the_day_they_change(changed, catalogue):
    caseworking = changed(
        "fte: [{from: 2025-01-01, value: 25,", "fte: [{from: 2025-01-01, value: 24, unit: FTE, source: none, "
        "status: estimate}, {from: 2026-10-15, value: 16,", "range: [22.5, 26.5]", "range: [10, 30]",
        "hours: &hours [{from: 2025-01-01, value: 12.5,", "hours: &hours [{from: 2025-01-01, value: 14, unit: h/week, "
        "source: none, status: estimate}, {from: 2026-12-01, value: 17.5,")
    process = read_process(read_area("lahti", ROOT), catalogue, caseworking)
    programme = meeting_programme(caseworking, process, load_law(), ORIGIN, 6)
    # half of them meet clients; 14 hours a week are 120 minutes a calendar day, 17.5 are 150
    assert programme.staff[0] == [(0, 12, 120), (44, 8, 120), (91, 8, 150)]
    assert programme.staff[1] == [(0, 30, 120), (91, 30, 150)]


def test_a_unit_s_load_is_arrivals_times_minutes_over_the_pace(programme):
    """Little: workers busy = rate × time a meeting takes; the pool that takes the programme's staff agrees."""
    unit, task, every = programme.units.index("employment_services"), Task.ASSESSMENT, 0.05
    _, workers, minutes = programme.staff[unit][0]
    # 26.25 workers at 12.5 × 60 / 7 minutes a day: 120 minutes take 1.12 days, 20 a day keep 22.4 busy, 85 %
    assert (workers, minutes) == (pytest.approx(26.25), pytest.approx(107.142857))
    expected = programme.minutes[task][0] / minutes / every / workers
    assert expected == pytest.approx(22.4 / 26.25, abs=1e-4)

    environment = simpy.Environment()
    pool = Caseworkers(environment, programme.staff[unit], edges=[0, 100, 200])

    def meet():
        turn = pool.request()
        yield turn
        yield pool.days(programme.minutes[task][0])
        turn.leave()

    def arrivals():
        for _ in range(3900):
            start(environment, meet())
            yield every
    start(environment, arrivals())
    environment.run(until=200)
    record = pool.close()
    assert record.busy_days[0] / record.place_days[0] == pytest.approx(expected, rel=0.01)
    assert record.waited.sum() == 0


def test_the_digital_route_takes_a_part_of_the_minutes_of_discussions_only(programme):
    ratio = np.array(programme.digital_minutes)[:, 0] / np.array(programme.minutes)[:, 0]
    halved = {Task.STATUTORY_DISCUSSION, Task.SUPPLEMENTARY_DISCUSSION, Task.DISCRETIONARY_MEETING}
    assert ratio.tolist() == [0.5 if task in halved else 1.0 for task in Task]


def test_meetings_once_a_month_add_the_gain_on_average(programme):
    """The jumps of all earlier meetings, faded, averaged over a month long after the first."""
    days = np.linspace(0, DAYS_PER_MONTH, 10_001)
    ages = days[:, None] + DAYS_PER_MONTH * np.arange(60)
    added = programme.gain(0.0, False) * np.exp(-ages / programme.mean_life).sum(axis=1)
    assert np.trapezoid(added, days) / DAYS_PER_MONTH == pytest.approx(0.06, rel=1e-3)


def test_a_late_meeting_and_a_digital_one_keep_a_part(programme):
    whole = programme.gain(0.0, False)
    assert programme.gain(30.0, False) == pytest.approx(whole * exp(-1))
    assert programme.gain(15.0, True) == pytest.approx(whole * exp(-0.5) * 0.7)


@pytest.mark.parametrize(("client", "unit"), [
    ((True, True, 40, True), "international_house"), ((False, True, 0.2, True), "employment_services"),
    ((False, False, 36, True), "employment_services"), ((False, False, 35.9, True), "matching"),
    ((False, False, 35.9, False), "job_search"), ((False, False, 3.0, False), "job_search"),
    ((False, False, 2.9, True), "first_services")])
def test_the_first_rule_that_holds_names_the_unit(programme, client, unit):
    assert programme.units[programme.router.unit(*client)] == unit


def test_tasks_without_a_unit_are_done_where_the_client_is_served(programme):
    where = {task: programme.units[programme.task_units[task]] for task in Task if programme.task_units[task] != OTHER}
    assert where == {Task.BENEFIT_STATEMENT: "first_services", Task.ASSESSMENT: "employment_services",
                     Task.EMPLOYER_CONTACT: "matching", Task.VACANCY_HANDLING: "matching",
                     Task.CANDIDATE_PRESENTATION: "matching"}


def test_the_programme_holds_plain_numbers(programme):
    assert all(type(number) is float for unit in programme.staff for step in unit for number in step)
    assert all(type(number) is float for row in programme.minutes for number in row)
    assert all(type(rank) is int for row in programme.priorities for rank in row)
    assert len(programme.minutes[0]) == len(programme.digital) == len(programme.gaps) == 28
    assert max(max(row) for row in programme.gaps) < inf


@pytest.mark.parametrize(("old", "new", "said"), [
    ("first: first_services", "first: frist_services", ["routing.first", "no unit frist_services", "first_services"]),
    ("    unit: matching", "    unit: marching", ["tasks.employer_contact.unit", "marching", "matching"]),
    ("  assessment:", "  assesment:", ["assesment", "write assessment"]),
    ("value: 25, unit: FTE", "value: -1, unit: FTE", ["units.first_services.fte.0.value", "line 10"]),
    ("fte: [{from: 2025-01-01, value: 25", "fte: [{from: 2025-02-30, value: 25", ["line 10"]),
    ("value: 0.7, unit: factor", "value: 0.7, unit: share", ["digital.effect.unit", "write factor"]),
    ("value: 12.5, unit: h/week", "value: 50, unit: h/week", ["hours.0.value"]),
    ("automation: &none [{from: 2025-01-01, value: 0,", "automation: &none [{from: 2025-01-01, value: 1.2,",
     ["automation.0.value"]),
    ("evidence: judgement}\n  effect", "evidence: hearsay}\n  effect", ["digital.minutes.evidence", "hearsay"]),
    ("value: 45, unit: days, source: none seen,", "value: 45, unit: days, source: '',", ["without a source"]),
    ("fte: [{from: 2025-01-01, value: 25, unit: FTE, source: split of 150 (lahti.md section 1), status: estimate, "
     "range: [22.5, 26.5]}]", "fte: []", ["first_services.fte", "at least 1 item"]),
    ("hours: &hours [", "hours: &hours [{from: 2026-01-01, value: 18, unit: h/week, source: none, status: estimate}, ",
     ["do not rise"]),
])
def test_a_spoilt_file_is_told(changed, old, new, said):
    with pytest.raises(InputError) as fault:
        changed(old, new)
    text = str(fault.value)
    assert CASEWORKERS in text and "Mend: " in text and all(word in text for word in said), text


def test_a_missing_task_or_file_is_told(changed, caseworking, tmp_path):
    written = caseworking.model_dump(by_alias=True, exclude={"tasks": {"referral"}})
    with pytest.raises(ValueError, match="tasks: referral is missing"):
        Caseworking.model_validate(written)
    (tmp_path / "lahti" / CASEWORKERS).unlink()
    with pytest.raises(InputError, match="Lahti has no file of its caseworkers"):
        read_caseworking(read_area("lahti", tmp_path))


def test_the_page_shows_what_time_there_is(programme):
    """docs/caseworkers.md, minutes a month: workers × client-facing minutes a calendar day × days of a mean month."""
    page = (Path(__file__).parents[2] / "docs" / "caseworkers.md").read_text("utf-8")
    told = {name: int(minutes.replace(",", ""))
            for name, minutes in re.findall(r"^\| `(\w+)` \|[^|]*\| ([\d,]+) \|", page, re.MULTILINE)}
    assert told == {name: round(staff[0][1] * staff[0][2] * DAYS_PER_MONTH, -2)
                    for name, staff in zip(programme.units, programme.staff, strict=True)}
