"""Work ability and the queues of others: the shipped file, its programme, and what a spoilt file is told."""

import shutil

import numpy as np
import pytest

from sim.clients.clients import State
from sim.law.calendar import day_number
from sim.services.partners import OUTCOMES, PARTNERS, partner_programme, read_partners
from sources.area import data_root, read_area
from sources.errors import InputError

ORIGIN = day_number("2026-09-01")
EDGES = [0.0, 30.0, 61.0, 91.0]


@pytest.fixture(scope="module")
def partners():
    return read_partners(read_area("lahti", data_root()))


@pytest.fixture
def changed(tmp_path):
    """Function (old, new) → area whose file has every *old* replaced."""
    shutil.copytree(data_root() / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))

    def change(old, new):
        path = tmp_path / "lahti" / PARTNERS
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        return read_area("lahti", tmp_path)
    return change


def test_places_are_cases_a_month_times_mean_months(partners):
    queues = partner_programme(partners, ORIGIN, EDGES).queues
    assert {name: queue.places for name, queue in queues.items()} == {
        "bought_assessment": [(0, 12)], "county_assessment": [(0, 20)],  # 8 × 1.5, 10 × 2
        "county_rehabilitation": [(0, 30)], "kela_rehabilitation": [(0, 40)]}  # 5 × 6, 5 × 8


def test_a_dated_change_of_cases_changes_places_from_its_day_on(changed):
    area = changed("[{from: 2026-01-01, value: 10,", "[{from: 2026-10-01, value: 0, unit: cases/month, source: test, "
                                                     "status: estimate}, {from: 2026-11-01, value: 10,")
    queue = partner_programme(read_partners(area), ORIGIN, EDGES).queues["county_assessment"]
    assert queue.places == [(0, 0), (30, 0), (61, 20)]


def test_only_the_city_s_queue_is_bought_and_only_kela_s_rehabilitation_ends_the_share(partners):
    queues = partner_programme(partners, ORIGIN, EDGES).queues
    assert [name for name, queue in queues.items() if queue.owner == "city"] == ["bought_assessment"]
    assert [name for name, queue in queues.items() if queue.state == State.REHABILITATION] == ["kela_rehabilitation"]


def test_shares_of_outcomes_and_sequels_are_cumulated_and_the_rest_stays(partners):
    programme = partner_programme(partners, ORIGIN, EDGES)
    assert np.diff([0, *programme.outcomes]) == pytest.approx([0.18, 0.17, 0.08, 0.08, 0.34, 0.15])
    assert len(programme.outcomes) == len(OUTCOMES) and programme.outcomes[-1] == 1
    assert programme.sequels["sickness"].cumulated == pytest.approx((0.05, 0.35))


def test_every_figure_that_is_not_verified_has_a_range_or_is_a_spread_and_a_source(partners):
    figures = partners.figures()
    assert len({name for name, _ in figures}) == len(figures) == 50
    assert all(figure.range for _, figure in figures if figure.status != "verified")


@pytest.mark.parametrize(("old", "new", "told"), [
    ("plan: {value: 0.34", "plan: {value: 0.50", "no more than 1"),
    ("range: [0.20, 0.50]}", "range: [0.40, 0.50]}", "outside its range"),
    ("owner: kela", "owner: city", "no other queue"),
    ("    time_limit: none seen", "    price: {value: 900, unit: €/case, source: test, status: verified}\n"
     "    time_limit: none seen", "the city's stands in contracts.yaml"),
    ("owner: kela", "owner: kella", "write kela"),
    ("kela: {value: 0.1,", "kela: {value: 0.2,", "sum to 1"),
    ("value: 0.06, unit: share, source: ", "value: 0.06, unit: share, sauce: ", "write source"),
    ("share, source: none seen, status", "share, source: \"\", status", "a value without a source"),
    ("value: 0.06", "value: 1.06", "less than or equal to 1"),
    ("[{from: 2026-01-01, value: 10,", "[{from: 2026-13-01, value: 10,", "date"),
    ("[{from: 2026-01-01, value: 10,", "[{from: 2026-01-01, value: -10,", "greater than or equal to 0"),
])
def test_a_fault_is_told_with_file_and_mend(changed, old, new, told):
    area = changed(old, new)
    with pytest.raises(InputError, match=told) as fault:
        read_partners(area)
    assert PARTNERS in str(fault.value) and "Mend: " in str(fault.value)
