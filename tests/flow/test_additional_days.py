"""Additional days: persons by date of birth on a calendar worked out by hand, and a closed form."""

import numpy as np
import pytest

from sim.clients.clients import State
from sim.flow.model import simulate
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import day_number
from sim.law.loader import load_law
from sim.money.ledger import Periods, paid_day_rows

ORIGIN = day_number("2026-09-01")
FIRST_MONTH = 2026 * 12 + 8
# Paid days 481 to 500 of who is unemployed on Tuesday 1 September 2026 with 480 of them behind: four in the first week
# and five in each of the next three are 19, so the last is Monday 28 September, day 27 from the origin.
COUNTER, LAST = 480, 27


@pytest.fixture
def member(make_clients):
    """Members of a fund with a maximum of 500 days, born on given dates."""

    def make(*born, **given):
        days = np.array([day_number(date) for date in born]) - ORIGIN
        plain = {"counter": COUNTER, "entitlement": Entitlement.EARNINGS_RELATED, "maximum_days": 500, "age": 2}
        return make_clients(len(born), **{"born": days, **plain, **given})

    return make


def states(log, client=0):
    frame = log.frame()
    mine = frame[frame["client"] == client]
    return list(zip(map(State, mine["state"]), mine["start"], mine["counter"], strict=True))


@pytest.mark.parametrize(("born", "state"), [
    ("1963-09-28", State.ADDITIONAL_DAYS),  # 63 on the last day
    ("1963-09-29", None),  # a day too young: on to labour market support or what has taken its place
    ("1962-12-31", State.ADDITIONAL_DAYS),  # 62 since 2024
    ("1964-01-01", None),  # 64 in 2028 only
    ("1965-01-01", None),  # none for this year of birth, at any age
    ("1961-09-01", State.ADDITIONAL_DAYS),  # 65 on 1 September; the benefit lasts to the end of the month
    ("1961-08-31", State.GONE),  # 65 in August
    ("1950-01-01", State.GONE),  # long of pension age
])
def test_who_is_old_enough_on_the_last_day_of_the_maximum_leaves_with_it(member, make_programme, born, state):
    log = simulate(make_programme(1e-9, 36), member(born), 1, 0)
    expected = [(State.UNEMPLOYED, 0.0, COUNTER)]
    assert states(log) == (expected if state is None else [*expected, (state, LAST + 0.5, 500)])


def test_days_up_to_the_maximum_are_paid_for_and_none_after_it(member, make_programme):
    law, periods = load_law(), Periods.of_months(FIRST_MONTH, 36, load_law())
    clients = member("1963-01-01", "1965-01-01")
    log = simulate(make_programme(1e-9, 36), clients, 1, 0).frame()
    rows = paid_day_rows(log, clients, ORIGIN, periods, law)
    client = log["client"].to_numpy()[rows.spell]
    assert rows.days[client == 0].sum() == 20 and set(rows.benefit[client == 0]) == {Benefit.EARNINGS_RELATED}
    # 1 September 2026 to 31 August 2029 are 1096 days: 156 weeks and Tuesday to Friday
    assert rows.days[client == 1].sum() == 156 * 5 + 4
    assert rows.days[(client == 1) & (rows.benefit == Benefit.GENERAL)].sum() == 156 * 5 + 4 - 20


def test_nobody_leaves_where_the_municipality_pays_or_past_the_maximum_or_without_an_allowance(member, make_programme):
    charged = make_programme(1e-9, 36, additional_days=())
    assert len(simulate(charged, member("1962-01-01"), 1, 0)) == 1
    steps = make_programme(1e-9, 36)
    assert len(simulate(steps, member("1962-01-01", counter=500), 1, 0)) == 1  # moved on before
    assert len(simulate(steps, member("1962-01-01", entitlement=Entitlement.BASIC), 1, 0)) == 1


def test_weekends_and_waiting_days_pass_before_the_maximum(member, make_programme):
    log = simulate(make_programme(1e-9, 36), member("1962-01-01", counter=-7, maximum_days=4), 1, 0)
    # 11 benefit days from 1 September: the last is Tuesday 15, day 14 from the origin
    assert states(log)[1] == (State.ADDITIONAL_DAYS, 14.5, 4)
    log = simulate(make_programme(1e-9, 36), member("1962-01-01", counter=496), 1, 0)
    assert states(log)[1] == (State.ADDITIONAL_DAYS, 3.5, 500)  # the last is Friday 4


def test_exits_before_the_maximum_come_first_as_the_hazard_says(member, make_programme):
    """With a hazard of 0.3 in months of 30.4375 days, exp(−0.3 × days / 30.4375) last to the final paid day."""
    count = 20_000
    log = simulate(make_programme(0.3, 36), member(*["1962-01-01"] * count), 4, 0).frame()
    share = (log["state"] == State.ADDITIONAL_DAYS).sum() / count
    expected = np.exp(-0.3 * LAST / 30.4375)
    assert abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / count)
    assert (log.loc[log["state"] == State.ADDITIONAL_DAYS, "counter"] == 500).all()


def test_those_who_stay_have_the_same_luck_with_and_without_additional_days(member, make_programme):
    born = ["1962-01-01", "1965-01-01"] * 200
    with_them, without = (simulate(make_programme(0.1, 36, additional_days=cohorts), member(*born), 7, 0).frame()
                          for cohorts in ((*make_programme().additional_days,), ()))
    younger = [frame[frame["client"] % 2 == 1].reset_index(drop=True) for frame in (with_them, without)]
    assert younger[0].equals(younger[1])
    assert (with_them["state"] == State.ADDITIONAL_DAYS).sum() > 50
