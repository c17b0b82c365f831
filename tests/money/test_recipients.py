"""Who is on a benefit that Kela pays, by hand."""

from sim.clients.clients import State
from sim.law.benefits import Entitlement
from sim.law.calendar import day_number
from sim.money.recipients import kela_recipients


def test_kelas_recipients_are_the_unemployed_past_waiting_and_not_on_a_funds_allowance(make_clients, spells):
    """At the end of January and of February 2026, from Thursday 1 January: 22 and 20 benefit days."""
    unemployed, origin = State.UNEMPLOYED, day_number("2026-01-01")
    log = spells([
        (0, unemployed, 0.0, 59.0, 50),
        (1, unemployed, 28.0, 40.0, -7),  # still waiting on 31 January: 29 and 30 are weekdays
        (1, State.SHORT_WORK, 40.0, 59.0, 0),
        (2, unemployed, 0.0, 59.0, 285),  # day 300 is 21 January
        (3, unemployed, 0.0, 59.0, 370),  # day 400 is 11 February
        (4, State.OUTSIDE, 0.0, 50.0, 800),
        (4, unemployed, 50.0, 59.0, 800),
        (5, unemployed, 0.0, 59.0, 278),  # day 300 is 30 January, the last weekday of the month
    ])
    fund = Entitlement.EARNINGS_RELATED
    clients = make_clients([Entitlement.LABOUR_MARKET, Entitlement.BASIC, fund, fund, Entitlement.BASIC, fund],
                           [400, 400, 300, 400, 300, 300])
    january, february = kela_recipients(log, clients, origin, [31.0, 59.0])
    assert sorted(january.tolist()) == [0, 2]
    assert sorted(february.tolist()) == [0, 2, 3, 4, 5]
