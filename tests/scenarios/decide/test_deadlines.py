"""Deadlines: dates by hand for each kind of contract, and bills of a stored run made again to the cent."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from scenarios.decide.deadlines import HALF, Rebilled, deadlines, rebilled_contracts
from scenarios.stored import open_run
from sim.law.calendar import month_number
from sim.money.episodes import DailyRates
from sim.services.catalogue import read_catalogue
from sim.services.contracts import Contracts
from sources.area import data_root
from sources.errors import InputError

FIRST, MONTHS = month_number("2026-09"), 16  # to the end of 2027
ORIGIN = date(2026, 9, 1)
DAYS = (date(2028, 1, 1) - ORIGIN).days
HEAD = {"title": "A", "producer": "p", "service": "job_coaching", "start": date(2026, 1, 1), "indexed": False}
NOTHING = DailyRates(*np.zeros((4, 1)))


@pytest.fixture(scope="module")
def run(stored_served):
    return open_run(stored_served.folder)


@pytest.fixture(scope="module")
def again(run):
    """Its contracts, to be billed again, and their classes."""
    return rebilled_contracts(run, data_root())


def figure(value, unit):
    return {"value": value, "unit": unit, "source": "x", "status": "estimate"}


def terms(payable, notice):
    return {"payable": figure(payable, "days"), "notice": figure(notice, "days")}


def billed(kind, content, starts, length=10.0):
    """A contract with these episodes in a single unit."""
    contract = getattr(Contracts.model_validate({kind: {"a": {**HEAD, **content}}}), kind)["a"]
    start = np.asarray(starts, float)
    episodes = pd.DataFrame({"contract": 0, "start": start, "end": np.minimum(start + length, DAYS), "completed": True,
                             "outcome": np.nan})
    return Rebilled("a", contract, read_catalogue(data_root()), FIRST, MONTHS, [(episodes, {}, NOTHING)])


def test_a_price_a_start_is_saved_until_notice_and_payment_reach_over_the_year():
    """Somebody starts each day and is billed 100 €: a decision saves the starts whose bill is due by 31 December."""
    one = billed("unit_price", {**terms(30, 90), "price": figure(100, "€/participant")}, range(DAYS))
    last_start = date(2027, 12, 31) - timedelta(days=30)
    for decided in (ORIGIN, date(2027, 3, 5), date(2027, 8, 1)):
        since = decided + timedelta(days=90)
        first_of_year = max(since, date(2027, 1, 1) - timedelta(days=30))
        assert one.saved(decided, 2027) == 100 * ((last_start - first_of_year).days + 1)
    [row] = one.deadlines(date(2026, 12, 15), [2027])
    assert row["last_any"] == last_start - timedelta(days=90)
    whole = (last_start - date(2027, 3, 15)).days + 1  # starts that an immediate decision keeps away
    assert row["saved"] == 100 * whole and row["bills"] == 36500
    assert row["last_half"] == date(2026, 12, 15) + timedelta(days=whole // 2)


def test_who_is_inside_is_paid_for_whatever_is_decided():
    one = billed("unit_price", {**terms(30, 0), "price": figure(50, "€/participant-day")}, [0.0] * 7, length=400.0)
    [row] = one.deadlines(ORIGIN + timedelta(days=1), [2027])
    assert row["bills"] > 0 and row["saved"] == 0 and row["last_any"] is row["last_half"] is None


def test_a_yearly_sum_is_saved_by_the_days_after_the_notice():
    """36 000 € a year billed at month's end, paid at once: a twelfth is saved for each month not in force."""
    content = {**terms(0, 30), "fixed": figure(36000, "€/year"), "per_place": figure(0, "€/place/year")}
    one = billed("own", content, [])
    assert one.saved(date(2026, 12, 2), 2027) == pytest.approx(36000)  # ended on the last day of 2026
    assert one.saved(date(2027, 6, 1), 2027) == pytest.approx(18000)  # 1 July
    [row] = one.deadlines(date(2026, 12, 2), [2027])
    assert row["last_any"] == date(2027, 12, 1)  # the last day of December is saved
    assert date(2027, 5, 30) <= row["last_half"] <= date(2027, 6, 1)


def test_an_instalment_is_saved_until_its_own_day():
    days = date(2026, 3, 31), date(2027, 3, 31), date(2027, 9, 30)
    content = {**HEAD, **terms(0, 60), "instalments": [{**figure(1000, "€"), "date": day} for day in days]}
    one = billed("grant", content, [])
    [row] = one.deadlines(ORIGIN, [2027])
    assert (row["bills"], row["saved"]) == (2000, 2000)
    assert row["last_any"] == row["last_half"] == date(2027, 9, 30) - timedelta(days=60)
    assert one.saved(date(2027, 3, 31) - timedelta(days=60), 2027) == 2000
    assert one.saved(date(2027, 3, 31) - timedelta(days=59), 2027) == 1000


def test_a_promised_volume_that_is_not_sent_is_owed_by_the_days_in_force():
    """Nobody is sent: 73 participants of 100 € a year are owed at the end of the contract year, or of the contract."""
    content = {**terms(0, 30), "definition": "d", "evidence": figure(6, "months"), "tariff": figure(1, "€/outcome"),
               "minimum": figure(73, "participants/year"), "shortfall": figure(100, "€/participant")}
    one = billed("outcome_based", content, [])
    assert one.bills(2027) == 7300
    since = date(2027, 5, 1)
    assert one.saved(since - timedelta(days=30), 2027) == 7300 - 20 * 120  # 120 days in force, a fifth a day


def test_bills_made_again_are_those_of_the_run_to_the_cent(run, again):
    account = run.table("operating_account").groupby(["contract", "draw", "replication"])["euros"].sum()
    found, classes = again
    assert {"training_in_house", "assessments_bought", "job_coaching_results", "lahti_supplement"} <= set(classes)
    assert "integration_training_bought" not in classes  # need-bound
    paid = 0
    for one in found:
        for unit, euros in zip(run.units, one.due().sum(axis=1), strict=True):
            assert euros == pytest.approx(account.get((one.name, *unit), 0.0), abs=0.004)
            paid += euros > 0
    assert paid > 10


def test_deadlines_of_a_run_are_the_last_days_by_trial(run, again):
    """Around each date: on it the bar is saved, on the day after no more. Nothing is saved above the bills."""
    decided = date(2026, 9, 1)
    told = deadlines(run, data_root(), decided)
    contracts = {one.name: one for one in again[0]}
    assert told.decided == decided and (told.rows["saved"] <= told.rows["bills"] + 0.01).all()
    dated = told.rows[told.rows["last_any"].notna()]
    assert len(dated) >= 5
    for row in dated.itertuples():
        one = contracts[row.contract]
        for day, bar in ((row.last_any, 0.01), (row.last_half, HALF * one.saved(decided, 2026))):
            assert one.saved(day, 2026) > bar - 0.006 > one.saved(day + timedelta(days=1), 2026) - 0.001


def test_a_run_without_services_or_with_other_files_says_so(stored, run, tmp_path):
    with pytest.raises(InputError, match="has no services.*run it again"):
        deadlines(open_run(stored.folder), data_root())
    with pytest.raises(InputError, match="after the run's last month"):
        deadlines(run, data_root(), date(2027, 1, 1))
