"""One unit: population laws, continuity with the past, conservation of payments."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.project import FLOWS, project
from scenarios.reconcile import _central_stock
from sim.law.calendar import benefit_days_in_month


def test_stock_and_flows_balance_each_month_in_each_segment(units):
    flows = {name: np.stack([unit.flows[:, :, place] for unit in units]) for place, name in enumerate(FLOWS)}
    exits = sum(flows[name] for name in FLOWS if name.startswith("exits"))
    after = flows["stock"] + flows["arrivals"] + flows["returns"] - exits
    assert (after[:, :-1] == flows["stock"][:, 1:]).all()
    assert flows["stock"][:, 0].sum(axis=1).min() > 5000  # Lahti's caseload, not an empty table


def test_days_run_on_from_the_past_without_a_jump(plan, units, calibration):
    """A projection that began with other people or other inflow than the past ended with would leave its level.

    The newest six months are held against the same six a year later, so that the season is the same.
    """
    past = calibration.accrued.sum(axis=(0, 1))
    projected = np.mean([unit.days[6:12].sum(axis=(0, 1)) for unit in units], axis=0)
    days = benefit_days_in_month(plan.first_month + np.arange(-6, 12))
    assert projected / days[12:].sum() == pytest.approx(past / days[:6].sum(), rel=0.15)


def test_the_central_stock_ends_on_the_median_path(plan):
    stock, path = _central_stock(plan)[-6:].mean(), np.median(plan.paths, axis=0)[-6:].mean()
    start = _central_stock(plan)[0] / np.median(plan.paths, axis=0)[0]  # the level is observed, not corrected
    assert stock / path == pytest.approx(start, rel=0.03)


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
