"""Sizes of pilots against the textbook's formulas, against simulated pilots, and against loops over a run's log."""

from math import ceil, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from scenarios.decide.pilot import (
    FOLLOW_UP,
    Asked,
    Referred,
    _followed,
    _paid_days,
    arm_size,
    pilot,
    power_of,
    smallest_effect,
)
from scenarios.stored import open_run
from sim.clients.clients import WITH_BENEFIT, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import benefit_days_before, month_start
from sources.errors import InputError

WHO = Referred("x", "X", 1000, 30.0, work=0.25, days=80.0, days_sd=40.0, take_up=0.8, lost=0.1)


def test_two_proportions_are_those_of_the_textbook():
    """n = (z(α/2) √(2 p̄ q̄) + z(β) √(p₁q₁ + p₂q₂))² ÷ δ², the usual formula (Fleiss)."""
    p2, gap = 0.25, 0.05
    p1, mean = p2 + gap, p2 + gap / 2
    z = stats.norm.ppf([0.975, 0.8])
    n = (z[0] * sqrt(2 * mean * (1 - mean)) + z[1] * sqrt(p1 * (1 - p1) + p2 * (1 - p2))) ** 2 / gap ** 2
    assert arm_size(Asked("work-in-6-months", gap), WHO, gap) == pytest.approx(ceil(n), abs=1)


def test_two_means_are_those_of_the_textbook():
    """n = 2 (z(α/2) + z(β))² σ² ÷ δ²."""
    n = 2 * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 * 40 ** 2 / 8 ** 2
    assert arm_size(Asked("paid-days", -8), WHO, -8) == ceil(n)


@pytest.mark.parametrize(("measure", "effect"), [("work-in-6-months", 0.09), ("paid-days", -11.0)])
def test_simulated_pilots_tell_an_effect_as_often_as_said(measure, effect):
    """2 000 pilots of the size found: 80 ± 3 % of them tell it, and 5 ± 1.5 % tell one that is not there."""
    asked = Asked(measure, effect)
    arm = int(arm_size(asked, WHO, effect))
    rng = np.random.default_rng(7)

    def told(gap: float) -> float:
        if measure == "paid-days":
            new, now = (rng.normal(WHO.days + each, WHO.days_sd, (2000, arm)) for each in (gap, 0.0))
            return float((stats.ttest_ind(new, now, axis=1).pvalue < asked.alpha).mean())
        new, now = (rng.binomial(arm, WHO.work + each, 2000) / arm for each in (gap, 0.0))
        pooled = (new + now) / 2
        return float((np.abs(new - now) > stats.norm.ppf(0.975) * np.sqrt(2 * pooled * (1 - pooled) / arm)).mean())

    assert told(effect) == pytest.approx(0.8, abs=0.03)
    assert told(0.0) == pytest.approx(0.05, abs=0.015)


@pytest.mark.parametrize(("measure", "effect"), [("work-in-6-months", 0.05), ("work-in-6-months", -0.05),
                                                 ("paid-days", -8.0)])
def test_the_smallest_effect_of_a_pilot_is_told_with_the_power_asked(measure, effect):
    asked = Asked(measure, effect)
    found = smallest_effect(asked, WHO, 400)
    assert np.sign(found) == np.sign(effect)
    assert power_of(asked, WHO, found, 400) == pytest.approx(0.8, abs=1e-6)


def test_dilution_loss_and_months_follow_from_the_run(served_run, monkeypatch):
    monkeypatch.setattr("scenarios.decide.pilot.referred_to", lambda run, service: WHO)
    found = pilot(served_run, "x", Asked("work-in-6-months", 0.05))
    assert found.diluted == pytest.approx(0.04)  # four in five start
    assert found.analysed == arm_size(Asked("work-in-6-months", 0.04), WHO, 0.04)
    assert found.clients == ceil(2 * found.analysed / 0.9)  # one in ten is lost
    assert found.months_of_intake == ceil(found.clients / 30) and found.months == found.months_of_intake + FOLLOW_UP
    curve = found.curve.set_index("months_of_intake")
    assert curve["power"].is_monotonic_increasing and curve["smallest_effect"].is_monotonic_decreasing
    assert curve.loc[12, "clients"] == 360
    twice = pilot(served_run, "x", Asked("work-in-6-months", 0.05), intake=60)
    assert twice.months_of_intake == ceil(found.clients / 60)
    with pytest.raises(InputError, match="0.03"):
        pilot(served_run, "x", Asked("work-in-6-months", 3))  # three per cent, written as 3
    with pytest.raises(InputError, match="alpha"):
        pilot(served_run, "x", Asked("work-in-6-months", 0.1, power=0.05, alpha=0.2))


def test_clients_are_followed_from_their_first_referral_by_a_loop_over_the_log(served_run, monkeypatch):
    monkeypatch.setattr("scenarios.decide.pilot.FOLLOW_UP", 2)
    latest, origin = 60.0, int(month_start(served_run.base_month + 1))
    found = _followed(served_run, (0, 0), "job_search_coaching", latest)
    episodes, log = served_run.episodes(0, 0), served_run.log(0, 0)
    asked = episodes[(episodes["service"] == "job_search_coaching") & (episodes["asked"] > 0)
                     & (episodes["asked"] <= latest)].sort_values("asked", kind="stable")
    first = {}
    for row in asked.itertuples():
        first.setdefault(row.client, row)
    assert len(first) == len(found) > 10
    for row, told in zip(first.values(), found.itertuples(), strict=True):
        end, own, days = row.asked + 2 * DAYS_PER_MONTH, log[log["client"] == row.client], 0
        for spell in own[own["state"].isin(WITH_BENEFIT)].itertuples():
            waiting = max(-spell.counter, 0)
            for day in range(ceil(spell.start), ceil(min(spell.end, end))):
                if benefit_days_before(origin + day + 1) > benefit_days_before(origin + day):
                    waiting -= 1
                    days += waiting < 0 and day >= ceil(row.asked)
        jobs = own[own["state"].isin((State.SHORT_WORK, State.LASTING_WORK))]
        assert told.days == days and told.started == (row.start == row.start)
        assert told.work == ((jobs["start"] >= row.asked) & (jobs["start"] <= end)).any()


def test_paid_days_leave_waiting_days_out():
    monday = int(month_start(2026 * 12 + 5))  # 1 June 2026
    log = pd.DataFrame({"start": [0.0, 0.0, 0.0], "state": [State.UNEMPLOYED, State.UNEMPLOYED, State.SHORT_WORK],
                        "counter": [-7, 10, 10]})
    found = _paid_days(log, np.array([0.0, 7.0, 0.0]), np.full(3, 14.0), monday)
    assert found.tolist() == [3, 5, 0]  # ten weekdays less seven of waiting; the second week; none at work


def test_a_run_that_is_too_short_or_knows_no_such_service_is_told(served_run, stored):
    for run, service, fault in ((served_run, "job_coachin", "job_coaching"), (served_run, "job_coaching", "shorter"),
                                (open_run(stored.folder), "job_coaching", "no services")):
        with pytest.raises(InputError, match=fault):
            pilot(run, service, Asked("work-in-6-months", 0.05))
