"""Pricing a log: by hand under a law with other steps, and laws that price alike."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.pricing import Pricing, Terms
from sim.clients.clients import OPENING, State
from sim.law.benefits import Benefit
from sim.law.calendar import month_number
from sim.law.loader import load_law
from sim.money.payment import PaymentProfile

GENERAL = int(Benefit.GENERAL)
ONE = SimpleNamespace(entitlement=np.array([0]), maximum_days=np.array([400]), foreign_language=np.array([False]),
                      cohort=np.array([OPENING]))
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
             "profile": PaymentProfile(0.0, 0.0, 0.0), "accrued": np.zeros((1, 4, 6)),
             "integration_plan": 0.25, "newcomers": 0.5}
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
    days = pricing.accrued(pricing.rows(log(496), ONE))[0].reshape(4, *pricing.cells).sum(axis=2)
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


def test_steps_that_change_inside_a_month_price_the_days_from_then_on(law_with, later_ladder):
    """Days 497 to 500 cost 40 % as days of 401-700; from Monday the 7th, days 501 to 504 cost 45 % as 501-700."""
    law = load_law(law_with(later_ladder("2026-09-07", ("[100, 200, 300, 400, 700]", "[100, 200, 300, 400, 500, 700]"),
                                         ("0.40, 0.50]", "0.40, 0.45, 0.50]"))))
    pricing = Pricing(terms(), law)
    paid = dict(zip(pricing.labels, pricing.account(log(496), ONE).euros[:, GENERAL].sum(axis=0), strict=True))
    assert list(paid) == ["0-100", "101-200", "201-300", "301-400", "401-500", "401-700", "501-700", "701-"]
    assert paid.pop("401-700") == pytest.approx(4 * 37.21 * 0.9 * 0.40)
    assert paid.pop("501-700") == pytest.approx(4 * 37.21 * 0.9 * 0.45)
    assert not any(paid.values())


def test_days_that_waited_when_the_steps_changed_are_priced_by_the_old_ones(law_with, later_ladder):
    """The steps change with the first simulated month; the hundred days before it are of the old class and share."""
    accrued = np.zeros((1, 4, 6))
    accrued[0, GENERAL, 4] = 100
    law = load_law(law_with(later_ladder("2026-09-01", ("[100, 200, 300, 400, 700]", "[100, 200, 300, 400, 500, 700]"),
                                         ("0.40, 0.50]", "0.60, 0.60, 0.60]"))))
    pricing = Pricing(terms(accrued=accrued, profile=PaymentProfile(22.0, 0.0, 0.0)), law)
    old = pricing.due(pricing.charged_days(pricing.rows(log(496).iloc[:0], ONE), log(496).iloc[:0], ONE))
    by_label = old.reshape(2, 4, *pricing.cells).sum(axis=(0, 1, 3))
    assert by_label[pricing.labels.index("401-700")] == pytest.approx(100 * 37.21 * 0.9 * 0.40)
    assert by_label.sum() == pytest.approx(by_label[pricing.labels.index("401-700")])


def test_a_threshold_may_take_effect_with_the_next_month(law_with):
    """Days 201 to 204 stay at 10 % until October, paid at the 0.6 of their own class."""
    law = load_law(choices={"step_change": "by_payment_period"})
    paid = Pricing(terms(), law).account(log(196), ONE).euros[:, GENERAL].sum(axis=0)
    assert paid == pytest.approx([0, 37.21 * 0.10 * (4 * 0.5 + 4 * 0.6), 0, 0, 0, 0])


def test_a_threshold_reached_in_an_earlier_spell_of_the_month_takes_effect_with_the_next_month_too(law_with):
    """Two spells, 1-4 and 7-10 September: day 200 is reached in the first, and the second is of the same month."""
    law = load_law(choices={"step_change": "by_payment_period"})
    two = pd.DataFrame({"client": [0, 0], "state": [int(State.UNEMPLOYED)] * 2, "start": [0.0, 6.0],
                        "end": [4.0, 10.0], "counter": [196, 200]})
    paid = Pricing(terms(), law).account(two, ONE).euros[:, GENERAL].sum(axis=0)
    assert paid == pytest.approx([0, 37.21 * 0.10 * (4 * 0.5 + 4 * 0.6), 0, 0, 0, 0])


def test_days_may_count_by_what_is_paid_of_them():
    """At half pay, 199 days brought and eight more are four full days: one to day 200 at 10 %, three at 20 %.

    The counter stands at 199 + 0.5 k after k days, so days k = 0 and 1 are its 200th, and six are beyond.
    """
    law = load_law(choices={"adjusted_days": "full_day_equivalents"})
    half = np.array([1, 0.5, 0.5, 0.5, 0.5, 0.5])
    paid = Pricing(terms(utilisation=half), law).account(log(199), ONE).euros[:, GENERAL].sum(axis=0)
    assert paid == pytest.approx([0, 2 * 37.21 * 0.5 * 0.10, 6 * 37.21 * 0.5 * 0.20, 0, 0, 0])


@pytest.mark.parametrize(("foreign", "arrived", "choices", "charged"), [
    (True, False, {"integration_exemption": "exempt"}, 0.75),  # a quarter has a plan
    (False, False, {"integration_exemption": "exempt"}, 1.0),
    # half of the newcomers are paid 33.64 of 37.21 €
    (True, True, {"integration_support": "draft"}, 0.5 + 0.5 * 33.64 / 37.21),
    (True, False, {"integration_support": "draft"}, 1.0),
    (False, True, {"integration_support": "draft"}, 1.0),
    (True, True, {"integration_support": "draft", "integration_exemption": "exempt"},
     0.75 * (0.5 + 0.5 * 33.64 / 37.21)),
])
def test_integration_makes_a_day_cheaper_by_answer(foreign, arrived, choices, charged):
    who = SimpleNamespace(entitlement=np.array([0]), maximum_days=np.array([400]), foreign_language=np.array([foreign]),
                          cohort=np.array([0 if arrived else OPENING]))
    start = terms(first_month=month_number("2027-03"))
    usual, other = (Pricing(start, load_law(choices=each)).account(log(496), who) for each in ({}, choices))
    assert other.euros.sum() == pytest.approx(charged * usual.euros.sum())
    assert (other.days == usual.days).all() and usual.euros.sum() > 0


def test_integration_support_is_not_paid_before_it_is_in_force():
    who = SimpleNamespace(**{**vars(ONE), "foreign_language": np.array([True]), "cohort": np.array([0])})
    usual, draft = (Pricing(terms(), load_law(choices=each)).account(log(496), who)
                    for each in ({}, {"integration_support": "draft"}))
    assert (usual.euros == draft.euros).all()
