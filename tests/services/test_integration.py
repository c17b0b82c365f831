"""Integration: plans, starts of courses, moves and the incentive."""

import shutil
from dataclasses import fields

import numpy as np
import pytest

from sim.clients.clients import OPENING, Clients
from sim.law.calendar import date_of, day_number
from sim.services.integration import INTEGRATION, integration_programme, plan_starts, read_integration
from sources.area import data_root, read_area
from sources.errors import InputError

ORIGIN = day_number("2026-09-01")
EDGES = [0.0, 30.0, 61.0, 91.0]
DAYS_PER_MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def integration():
    return read_integration(read_area("lahti", data_root()))


@pytest.fixture
def changed(tmp_path):
    """Function (old, new) → area whose file has *old* replaced."""
    shutil.copytree(data_root() / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))

    def change(old, new):
        path = tmp_path / "lahti" / INTEGRATION
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return read_area("lahti", tmp_path)
    return change


def made(integration):
    return integration_programme(integration, ORIGIN, EDGES)


def test_courses_start_every_second_month_from_the_first_start_on(integration):
    programme = made(integration)
    assert [str(date_of(ORIGIN + day)) for day in programme.starts] == ["2026-09-12", "2026-11-12", "2027-01-12"]
    assert [programme.next_start(day) for day in (0.0, 11.0, 11.5, 91.0)] == [11, 11, 72, 133]


def test_more_starts_from_a_date_on(changed):
    step = "    - {from: 2026-10-01, value: 1, unit: months, source: test, status: estimate}\n  longest_wait"
    programme = made(read_integration(changed("  longest_wait", step)))
    assert [str(date_of(ORIGIN + day)) for day in programme.starts] == ["2026-09-12", "2026-11-12", "2026-12-12"]


def test_mean_length_over_levels_is_the_catalogue_s(integration, catalogue):
    programme = made(integration)
    mean = np.diff([0, *programme.levels]) @ [course.mean_days for course in programme.courses]
    usual = catalogue.services["integration_training"].participation.duration.mean_days
    assert mean == pytest.approx(usual, rel=0.03)


def test_today_nobody_is_paid_and_nobody_kept(integration):
    programme = made(integration)
    assert programme.incentive_factor == [1.0] * 3 and programme.incentive_euros == [0.0] * 3
    assert programme.moves[0] == pytest.approx([0.003 / DAYS_PER_MONTH] * 3)
    assert programme.moves[1] == pytest.approx([0.006 / DAYS_PER_MONTH] * 3)


def test_levers_change_moves_and_exits_to_work_from_their_day_on(changed):
    retention = "    - {from: 2026-10-01, value: 0.5, unit: factor, source: test, status: estimate}\n\nincentive:"
    programme = made(read_integration(changed("\nincentive:", retention)))
    assert programme.moves[1] == pytest.approx(np.array([0.006, 0.003, 0.003]) / DAYS_PER_MONTH)
    amount = "    - {from: 2026-11-01, value: 250, unit: €/month, source: test, status: estimate}\n  months: {value: 6,"
    programme = made(read_integration(changed("  months: {value: 6,", amount)))
    assert programme.incentive_factor == pytest.approx([1, 1, 1.075])  # half the reference, half of 0.15


def test_plans_of_the_stock_began_evenly_and_those_of_arrivals_on_entry():
    plain = {"cohort": np.repeat([OPENING, 0], 5000), "enters": np.repeat([0.0, 12.0], 5000)}
    clients = Clients(*(np.broadcast_to(plain.get(f.name, 0), 10_000) for f in fields(Clients)))
    has_plan = np.arange(10_000) % 10 > 0
    starts = plan_starts(clients, has_plan, 700.0, 1, 0)
    assert np.isinf(starts[~has_plan]).all() and (starts[5000:][has_plan[5000:]] == 12).all()
    stock = starts[:5000][has_plan[:5000]]
    assert stock.min() > -700 and stock.max() <= 0
    assert stock.mean() == pytest.approx(-350, abs=4 * 700 / np.sqrt(12 * len(stock)))


@pytest.mark.parametrize(("old", "new", "told"), [
    ("first: 2026-01-12", "first: 2026-01-31", "at most the 28th"),
    ("share: {value: 0.50", "share: {value: 0.40", "not to 1"),
    ("value: [0, 12, 24]", "value: [0, 24, 12]", "rise from 0"),
    ("value: [0.7, 1.1, 1.2]", "value: [0.7, 1.1]", "one value for each"),
    ("retention:", "retension:", "write retention"),
    ("value: 2, unit: months, source: none seen, status: estimate, range: [1, 4]",
     "value: 0, unit: months, source: none seen, status: estimate", "greater than or equal to 1"),
])
def test_a_fault_is_told_with_file_and_mend(changed, old, new, told):
    area = changed(old, new)
    with pytest.raises(InputError, match=told) as fault:
        read_integration(area)
    assert INTEGRATION in str(fault.value) and "Mend: " in str(fault.value)
