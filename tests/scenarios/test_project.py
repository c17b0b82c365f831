"""One unit: population laws, continuity with the past, conservation of payments."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.build import programme
from scenarios.project import FLOWS, _flows, newcomers, project
from scenarios.reconcile import _central_stock, drift_onto
from sim.clients.clients import OPENING, Clients, State
from sim.flow.model import simulate
from sim.law.calendar import benefit_days_in_month
from sim.money.recipients import kela_recipients


def test_stock_and_flows_balance_each_month_in_each_segment(units):
    flows = {name: np.stack([unit.flows[:, :, place] for unit in units]) for place, name in enumerate(FLOWS)}
    exits = sum(flows[name] for name in FLOWS if name.startswith("exits"))
    after = flows["stock"] + flows["arrivals"] + flows["returns"] - exits
    assert (after[:, :-1] == flows["stock"][:, 1:]).all()
    assert flows["stock"][:, 0].sum(axis=1).min() > 5000  # Lahti's caseload, not an empty table


def test_what_happens_as_a_month_begins_is_in_that_months_flows_and_not_in_its_stock():
    """In a service from day 0 to 30 and again to day 61, then to work, as months begin; back on day 70."""
    states = [State.UNEMPLOYED, State.SERVICE, State.SERVICE, State.LASTING_WORK, State.UNEMPLOYED]
    starts = [0.0, 0.0, 30.0, 61.0, 70.0]
    log = pd.DataFrame({"client": 0, "state": [int(state) for state in states], "start": starts,
                        "end": [*starts[1:], 91.0]})
    clients = SimpleNamespace(hazard_row=np.zeros(1), cohort=np.array([OPENING]))
    flows = pd.DataFrame(_flows(clients, log, [0.0, 30.0, 61.0, 91.0]).sum(axis=1), columns=list(FLOWS))
    assert flows["stock"].to_list() == [1, 1, 1] and flows["exits_lasting_work"].to_list() == [0, 0, 1]
    assert flows["returns"].to_list() == [0, 0, 1] and flows["arrivals"].sum() == 0


def test_days_run_on_from_the_past_without_a_jump(plan, units, calibration):
    """A projection that began with other people or other inflow than the past ended with would leave its level.

    The newest six months are held against the same six a year later, so that the season is the same.
    """
    past = calibration.accrued.sum(axis=(0, 1))
    projected = np.mean([unit.days[6:12].sum(axis=(0, 1)) for unit in units], axis=0)
    days = benefit_days_in_month(plan.first_month + np.arange(-6, 12))
    assert projected / days[12:].sum() == pytest.approx(past / days[:6].sum(), rel=0.15)


def test_the_central_stock_follows_the_median_path(plan):
    """No line and no bend is left of their ratio, but the level, which is observed; months stay the model's own."""
    ratio = np.log(_central_stock(plan) / np.median(plan.paths, axis=0))
    line, bend = np.polyfit(np.linspace(0, 1, plan.months), ratio, 2)[1::-1]
    assert abs(line) < 2e-3 and abs(bend) < 2e-3
    assert np.abs(ratio).max() < 0.05


def test_the_events_follow_the_median_path(plan):
    """Twelve replications with median factors, by month: half a per cent off their expectation at most."""
    central = plan.calibration.central()
    arrivals, outflow = (np.median(each, axis=0) for each in (plan.flows.arrivals, plan.flows.outflow))
    steps = programme(plan.inputs, central.behaviour, plan.first_month, outflow)
    stock = np.zeros((12, plan.months))
    for replication, counts in enumerate(stock):
        key = plan.seed, replication
        clients = Clients.concatenate(plan.opening, newcomers(plan, central, arrivals, steps, key))
        log = simulate(steps, clients, *key).frame()
        counts[:] = [len(who) for who in kela_recipients(log, clients, steps.origin, np.array(steps.month_edges[1:]))]
    error = stock.std(axis=0, ddof=1) / np.sqrt(len(stock))
    assert (np.abs(stock.mean(axis=0) - _central_stock(plan)) < 0.005 * stock.mean(axis=0) + 3 * error).all()


def test_a_drift_is_found_where_the_stock_answers_by_less_than_is_asked():
    months, target = np.arange(1, 25) / 24, np.full(24, 1000.0)
    found = drift_onto(target, lambda drift: 1050 * np.exp(0.3 * drift - 0.2 * months + 0.1 * months**2))
    assert found == pytest.approx((0.2 * months - 0.1 * months**2) / 0.3)
    short = drift_onto(target[:12], lambda drift: 1050 * np.exp(0.5 * drift[:12] + 0.04 * months[:12]))
    assert short == pytest.approx(-0.08 * months[:12])


def test_slips_of_payment_move_euros_and_lose_none(plan, monkeypatch):
    calibration = plan.calibration
    still = replace(calibration, stored=calibration.stored.model_copy(
        update={"payment": calibration.stored.payment.model_copy(update={"timing_sd": 0.0})}))
    with_slips, without = project(plan, 0, 0).euros, project(replace(plan, calibration=still), 0, 0).euros
    assert not np.allclose(with_slips, without)
    last = np.abs(calibration.timing(0, plan.months, plan.seed)[-1]) * without[-1].sum() + 1
    assert with_slips.sum() == pytest.approx(without.sum(), abs=last)


def test_earnings_related_days_stop_at_the_maximum(units):
    earnings_related, top = 2, 5
    assert all(unit.days[:, earnings_related, top].sum() == 0 for unit in units)  # 500 days at most


def test_no_old_benefit_is_paid_after_april_2026_but_for_late_payments(plan, units):
    labour_market, basic = 0, 1
    assert all(unit.days[:, [labour_market, basic]].sum() == 0 for unit in units)


def test_the_opening_stock_looks_like_the_citys_published_unemployed(calibration):
    """Lahti, release of January 2025: 11.9 % under 25 and 13.8 % foreign nationals; about 37 % over 50 (comparable
    cities, 2019). The ages of arrivals were derived from the first and the last, by length of stay; nothing was fitted.
    """
    opening = calibration.opening
    unemployed = opening.state == 0
    shares = [(opening.age[unemployed] == 0).mean(), opening.foreign_language[unemployed].mean(),
              (opening.age[unemployed] == 2).mean()]
    assert shares == pytest.approx([0.119, 0.138, 0.37], abs=0.03)
