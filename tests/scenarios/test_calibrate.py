"""Calibration: what is known comes back, and the same inputs give the same files."""

import numpy as np
import pytest

import scenarios.calibrate as module
import scenarios.history as history
from scenarios.calibrate import calibrate, fit_payment
from scenarios.calibration import Calibration, read_calibration, write_calibration
from scenarios.fitting import weigh
from scenarios.observed import observe
from sim.law.calendar import benefit_days_before, month_number, month_start
from sim.money.ledger import Periods
from sim.money.payment import PaymentProfile, payment_matrix
from sources.errors import InputError


@pytest.fixture
def small_library(monkeypatch):
    """A past of five years with few people: fast, and noisy in the same way for every trial."""
    monkeypatch.setattr(history, "BURN_IN_MONTHS", 60)
    for place in (history, module):
        monkeypatch.setattr(place, "ARRIVALS", 60)
    monkeypatch.setattr(module, "EVALUATIONS", 2)


def test_weights_and_levels_come_back_from_a_world_that_was_made_with_them(inputs, small_library):
    """Kela's months are replaced by the library's own at half weight: half the arrivals must come out."""
    observed = observe(inputs)
    trial = module._Trial(inputs, observed, PaymentProfile(4.0, 0.02, 0.8), 7)
    problem = trial.problem(trial.history(np.array([0.9, 1.0, 0.6])))
    weights = np.full(len(problem.tally.days), 0.5)
    bins = 2 * len(history.COUNTER_BINS)
    weights[bins:] *= np.repeat(problem.pattern, 2)
    euros = np.tensordot(weights, problem.euros, axes=1) * problem.utilisation
    made = module.Observed(
        first_month=observed.first_month, euros=euros.sum(axis=1),
        recipients=np.tensordot(weights, problem.people, axes=1), fund_euros=np.maximum(euros[:, 0], 1e-3),
        usable=euros.sum(axis=1) > 0, fund_usable=euros[:, 0] > 1, stock=weights @ problem.tally.stock,
        new_law_share=observed.new_law_share)
    found = weigh(module.Problem(problem.tally, made, problem.matrix, problem.prices, problem.pattern,
                                 problem.utilisation, problem.utilisation_sd, problem.arrivals))
    assert found.level == pytest.approx(0.5 * problem.arrivals, rel=0.02)
    assert found.utilisation == pytest.approx(problem.utilisation, rel=0.01)
    assert found.euros.sum(axis=1) == pytest.approx(made.euros, rel=0.02)


def test_payment_delay_is_read_off_the_switch_of_benefits(inputs):
    observed = observe(inputs)
    true = PaymentProfile(6.5, 0.04, inputs.advanced_share)
    starts = month_start(observed.first_month - 6 + np.arange(observed.months + 7))
    periods = Periods(starts, np.arange(observed.first_month - 6, observed.first_month + observed.months))
    paid = payment_matrix(periods, observed.first_month, observed.months, true)
    days = np.diff(benefit_days_before(starts))
    new = periods.month >= month_number("2026-05")
    share = (days * new) @ paid / (days @ paid)
    seen = np.isfinite(observed.new_law_share)
    made = module.Observed(**{**observed.__dict__, "new_law_share": np.where(seen, share, np.nan)})
    found, timed = fit_payment(inputs, made)
    assert timed
    assert (found.delay_days, found.late_share) == pytest.approx((6.5, 0.04), abs=0.15)


def test_payment_profile_is_the_assumed_one_before_the_switch(inputs):
    past = inputs.until(month_number("2025-12"))
    profile, timed = fit_payment(past, observe(past))
    assert not timed
    assert profile.delay_days == float(inputs.assumed.payment.delay_days)


def test_known_breaks_are_left_out_of_the_fit(inputs):
    observed = observe(inputs)
    months = [observed.first_month + m for m in range(observed.months)]
    at = {month: months.index(month_number(month)) for month in ("2025-01", "2025-05", "2025-10", "2025-12")}
    assert not observed.usable[at["2025-01"]].any()  # tail of the old law
    assert observed.usable[at["2025-05"]].tolist() == [True, True, False, False, True]  # movers not billed yet
    assert observed.usable[at["2025-10"]].tolist() == [True, True, False, False, False]  # arrears
    assert observed.usable[at["2025-12"]].all()


def test_calibration_is_the_same_with_one_and_two_workers_and_survives_the_file(inputs, small_library, tmp_path):
    one, two = (calibrate(inputs, 3, workers) for workers in (1, 2))
    assert one.stored == two.stored
    classes = inputs.law.ladder(int(month_start(inputs.newest))).class_labels
    write_calibration(one, tmp_path / "2026-08", classes)
    read: Calibration = read_calibration(tmp_path / "2026-08", classes)
    assert read.stored == one.stored
    assert (read.opening.counter == two.opening.counter).all()
    assert read.accrued == pytest.approx(two.accrued, abs=0.051)
    covariance = np.array(read.stored.covariance)
    assert np.linalg.eigvalsh(covariance).min() > -1e-6


@pytest.mark.parametrize(("file", "content", "told"), [
    ("calibration.yaml", "area: lahti\nareaa: x\n", "unknown key. Mend: write area"),
    ("accrued.csv", "month,benefit,day_class,days\n2026-08,basic,0-100,x\n", "row 2, column days"),
    ("opening.parquet", "no table", "is no Parquet table"),
])
def test_a_spoilt_calibration_is_told_in_one_line(inputs, calibration, tmp_path, file, content, told):
    classes = inputs.law.ladder(int(month_start(inputs.newest))).class_labels
    folder = tmp_path / "2026-08"
    write_calibration(calibration, folder, classes)
    (folder / file).write_text(content)
    with pytest.raises(InputError, match=file) as fault:
        read_calibration(folder, classes)
    assert told in str(fault.value)
