"""Lahti's demand side against the published tables, what a spoilt file is told, and the arithmetic of its flows."""

import shutil
from datetime import date

import numpy as np
import pytest

from sim.clients.counter import DAYS_PER_MONTH
from sim.demand.offers import acceptance
from sim.demand.programme import DEMAND, demand_programme, read_demand
from sim.demand.vacancies import openings
from sim.demand.values import MonthlyStep, by_month
from sim.law.calendar import day_number, month_start
from sources.area import data_root, read_area
from sources.errors import InputError
from sources.panel import read_stocks, read_vacancy_flows
from tests.demand.conftest import MONTHS, STOCK

STATFIN = data_root() / "statfin"
ORIGIN = day_number("2026-09-01")


def series(frame, name, first, last):
    values = frame[frame["series"] == f"{name}:Lahti"].set_index("month")["value"]
    return values[first:last].mean()


def test_derived_figures_are_those_of_the_tables(demand):
    stocks = read_stocks(STATFIN / "statfin_tyonv_12r5_cities_2006M01_2023M10.csv")
    flows = read_vacancy_flows(STATFIN / "statfin_tyonv_2310_vacancy_flows_cities_2006M01_2020M08.csv")
    open_days = series(stocks, "vacancies", "2019", "2019") / series(flows, "new_vacancies", "2019", "2019")
    assert float(demand.closing.open) == pytest.approx(open_days * DAYS_PER_MONTH, abs=0.5)
    tightness = series(stocks, "vacancies", "2015", "2022") / series(stocks, "unemployed", "2015", "2022")
    assert float(demand.market.tightness) == pytest.approx(tightness, abs=0.0005)


def test_a_steady_stock_needs_its_own_turnover(programme):
    days = np.diff(programme.month_edges)
    opened = np.array(programme.told).sum(axis=1) / 0.07  # the share that advisers take up
    assert opened == pytest.approx(STOCK * days / programme.open_days)


def test_what_opens_leads_from_each_stock_to_the_next():
    edges, tau = np.array([0.0, 31.0, 59.0]), 33.0
    opened = openings(np.array([1000.0, 1500.0, 1400.0]), edges, tau)
    steps = 200_000  # the same month in small steps
    stock, dt = 1000.0, 31 / steps
    for _ in range(steps):
        stock += dt * (opened[0] / 31 - stock / tau)
    assert stock == pytest.approx(1500, rel=1e-4)
    assert openings(np.array([1000.0, 0.0]), edges[:2], tau) == 0, "a stock cannot fall faster than it closes"


def test_steps_are_averaged_over_the_days_of_a_month():
    known = {"unit": "vacancies/month", "source": "x", "status": "estimate"}
    steps = [MonthlyStep(**{"from": day}, value=value, **known)
             for day, value in ((date(2026, 10, 1), 2), (date(2026, 11, 16), 5))]
    edges = month_start(2026 * 12 + 8 + np.arange(5))  # September to December
    assert by_month(steps, edges) == pytest.approx([2, 2, 3.5, 5])
    assert by_month(steps, edges, lag=30) == pytest.approx([2, 2, 2, (15 * 2 + 16 * 5) / 31])


def test_offers_by_hand(programme):
    assert acceptance(8, 0.10, 25) == pytest.approx(0.10 * 2 ** (-8 / 25))
    others, mobile = programme.accepts
    assert 0.10 > mobile > others > programme.accepts_capital
    assert programme.accepts_capital == pytest.approx(0.10 * 2 ** (-100 / 60))


def test_graduates_come_in_their_season(demand):
    steps = [demand.graduates.diverted[0].model_copy(update={"value": 0.2})]
    graduates = demand.graduates.model_copy(update={"diverted": steps})
    more = demand_programme(demand.model_copy(update={"graduates": graduates}), np.full(12, STOCK), ORIGIN, 12)
    monthly = np.array(more.graduates).sum(axis=1)
    assert monthly[8] == pytest.approx(450 * 0.25 * 0.2)  # May, the ninth month from September
    assert monthly.sum() == pytest.approx(1500 * 0.25 * 0.2)


def test_leads_come_after_their_time(demand):
    first = demand.leads.vacancies[0]
    later = type(first)(**{**first.model_dump(by_alias=True), "from": date(2026, 11, 1), "value": 15})
    leads = demand.leads.model_copy(update={"vacancies": [first, later]})
    more = demand_programme(demand.model_copy(update={"leads": leads}), np.full(MONTHS, STOCK), ORIGIN, MONTHS)
    assert np.array(more.leads).sum(axis=1)[3:6] == pytest.approx([5 + 10 / 31, 15, 15])  # 60 days on: 31 December


@pytest.mark.parametrize(("old", "new", "told"), [
    ("vacancies: {value: 0.01", "vacancies: {value: 0.02", "add up to 1.01"),
    ("value: 0.35\n    unit: elasticity", "value: 1.35\n    unit: elasticity", "market.elasticity"),
    ("visits/month", "visits/year", "visits/month"),
    ("posted:", "postd:", "write posted"),
    ("source: none seen; six a month of each of ten advisers", "source: ' '", "visits.0.source"),
])
def test_a_spoilt_file_is_told(tmp_path, old, new, told):
    shutil.copytree(data_root() / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))
    path = tmp_path / "lahti" / DEMAND
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match="Mend: ") as fault:
        read_demand(read_area("lahti", tmp_path))
    assert told in str(fault.value) and DEMAND in str(fault.value)


def test_steps_out_of_order_and_a_missing_file_are_told(tmp_path):
    shutil.copytree(data_root() / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))
    path = tmp_path / "lahti" / DEMAND
    text = path.read_text("utf-8")
    step = next(line for line in text.splitlines() if "value: 5, unit: vacancies/month" in line)
    path.write_text(text.replace(step, f"{step}\n{step}"), "utf-8")
    with pytest.raises(InputError, match="do not rise"):
        read_demand(read_area("lahti", tmp_path))
    path.unlink()
    with pytest.raises(InputError, match="has no file of its demand side"):
        read_demand(read_area("lahti", tmp_path))
