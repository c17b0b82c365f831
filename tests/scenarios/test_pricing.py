"""Pricing a log: by hand under a law with other steps, and laws that price alike."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.pricing import Pricing, Terms
from sim.clients.clients import State
from sim.law.benefits import Benefit
from sim.law.calendar import month_number
from sim.law.loader import load_law
from sim.money.payment import PaymentProfile

GENERAL = int(Benefit.GENERAL)
ONE = SimpleNamespace(entitlement=np.array([0]), maximum_days=np.array([400]))
STEPS = ("municipal_share.yaml", "[100, 200, 300, 400, 700]", "[100, 200, 300, 400, 500, 700]")
SHARES = ("municipal_share.yaml", "[0, 0.10, 0.20, 0.30, 0.40, 0.50]", "[0, 0.10, 0.20, 0.30, 0.40, 0.45, 0.50]")
RISE = ("benefits.yaml", "- from: 2027-01-01\n    value: 37.21", "- from: 2026-09-07\n    value: 40.00")


def log(counter):
    """One spell of 1 to 10 September 2026: Tuesday to Friday, Monday to Thursday, eight benefit days."""
    return pd.DataFrame({"client": [0], "state": [int(State.UNEMPLOYED)], "start": [0.0], "end": [10.0],
                         "counter": [counter]})


def terms(**given):
    """Two months from September 2026; a day is paid within twenty benefit days, so all of it by the end of October."""
    usual = {"first_month": month_number("2026-09"), "months": 2, "thresholds": (100, 200, 300, 400, 700),
             "utilisation": np.array([1, 0.5, 0.6, 0.7, 0.9, 0.8]), "slips": np.zeros(2),
             "profile": PaymentProfile(0.0, 0.0, 0.0), "accrued": np.zeros((1, 4, 6))}
    return Terms(**{**usual, **given})


def euros(law, counter, **given):
    return Pricing(terms(**given), load_law(law)).account(log(counter), ONE).euros


def test_days_are_priced_by_the_new_step_and_the_old_utilisation(law_with):
    """Days 497 to 500 cost 40 %, 501 to 504 cost 45 %, both paid at the 0.9 of the old class 401-700."""
    paid = euros(law_with(STEPS, SHARES), 496)[:, GENERAL].sum(axis=0)
    assert paid == pytest.approx([0, 0, 0, 0, 4 * 37.21 * 0.9 * 0.40, 4 * 37.21 * 0.9 * 0.45, 0])


def test_days_over_an_old_threshold_that_is_gone_keep_their_old_utilisations(law_with):
    """One step of 20 % from day 101 to 400: days 197 to 200 are paid at 0.5 and 201 to 204 at 0.6."""
    law = law_with(("municipal_share.yaml", "[100, 200, 300, 400, 700]", "[100, 400]"),
                   ("municipal_share.yaml", "[0, 0.10, 0.20, 0.30, 0.40, 0.50]", "[0, 0.20, 0.50]"))
    paid = euros(law, 196)[:, GENERAL].sum(axis=0)
    assert paid == pytest.approx([0, 37.21 * 0.20 * (4 * 0.5 + 4 * 0.6), 0])


def test_an_amount_that_changes_inside_a_month_prices_the_days_from_then_on(law_with):
    """From Monday the 7th, four of the eight days cost 40 €."""
    paid = euros(law_with(RISE), 496)[:, GENERAL].sum(axis=0)
    assert paid == pytest.approx([0, 0, 0, 0, (4 * 37.21 + 4 * 40.00) * 0.9 * 0.40, 0])


def test_days_before_the_first_month_are_spread_over_new_steps_as_the_first_months_days_are(law_with):
    """A hundred days of class 401-700 wait; half of the simulated days lie beyond 500.

    Earnings-related days, which nobody has now, are spread like all days; class 101-200 has one step still.
    """
    accrued = np.zeros((1, 4, 6))
    accrued[0, GENERAL, 4], accrued[0, Benefit.EARNINGS_RELATED, 4], accrued[0, GENERAL, 1] = 100, 10, 7
    pricing = Pricing(terms(accrued=accrued), load_law(law_with(STEPS, SHARES)))
    days = pricing.days(pricing.rows(log(496), ONE))[0]
    assert days[GENERAL].tolist() == [0, 7, 0, 0, 50, 50, 0]
    assert days[Benefit.EARNINGS_RELATED].tolist() == [0, 0, 0, 0, 5, 5, 0]


def test_what_slips_out_of_a_month_comes_in_the_next(law_with):
    still, moved = euros(None, 496), euros(None, 496, slips=np.array([0.1, 0.3]))
    assert moved[0] == pytest.approx(0.9 * still[0])
    assert moved.sum() == pytest.approx(still.sum())  # the last month pays all that is left


def test_days_wait_for_the_next_month_by_the_profile():
    """A day is paid evenly over itself and the nineteen benefit days after it, and September has 22 benefit days.

    Of the twenty payment days of its n-th, 23 − n lie in September, at most 20: 3 × 20 + 19 + 18 + … + 1 = 250 of 440,
    since the days of a period are spread evenly over it.
    """
    by_month = euros(None, 496)[:, GENERAL, 4]
    assert by_month[0] / by_month.sum() == pytest.approx(250 / 440)
