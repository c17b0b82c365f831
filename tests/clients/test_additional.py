"""Who is old enough for additional days, and when: persons by date of birth, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.clients.additional import additional_days_since, pension_since
from sim.clients.arrivals import arrivals
from sim.law.benefits import Entitlement
from sim.law.calendar import date_of, day_number
from sim.law.loader import NewEntitlement, load_law

ORIGIN = day_number("2026-09-01")
LAW = load_law()


@pytest.fixture
def born(assumed):
    """Fund members born on given dates."""

    def make(*dates, entitlement=Entitlement.EARNINGS_RELATED):
        days = np.array([day_number(date) for date in dates]) - ORIGIN
        some = arrivals(np.array([100.0]), [0.0, 30.0], assumed.arrivals, NewEntitlement(7, 300, 400, 500), 1, 0)
        people = some.take(np.arange(len(dates)))
        return replace(people, born=days, entitlement=np.full(len(dates), entitlement))

    return make


def dates(days):
    return [date_of(day + ORIGIN).isoformat() if np.isfinite(day) else None for day in days]


def test_the_age_rises_with_the_year_of_birth_and_nobody_born_from_1965_on_has_them(born):
    people = born("1956-12-31", "1957-01-01", "1960-12-31", "1961-01-01", "1962-06-15", "1963-06-15", "1964-02-29",
                  "1964-12-31", "1965-01-01")
    since = additional_days_since(people, LAW.uncharged_additional_days(ORIGIN), ORIGIN)
    assert dates(since) == [None, "2018-01-01", "2021-12-31", "2023-01-01", "2024-06-15", "2026-06-15", "2028-02-29",
                            "2028-12-31", None]


@pytest.mark.parametrize("entitlement", [Entitlement.BASIC, Entitlement.LABOUR_MARKET])
def test_only_members_of_a_fund_have_them(born, entitlement):
    people = born("1960-05-05", entitlement=entitlement)
    assert dates(additional_days_since(people, LAW.uncharged_additional_days(ORIGIN), ORIGIN)) == [None]
    assert dates(pension_since(people, 65, ORIGIN)) == [None]


def test_benefits_end_with_the_month_of_the_sixty_fifth_birthday(born):
    people = born("1961-09-01", "1961-09-30", "1964-02-29")
    assert dates(pension_since(people, 65, ORIGIN)) == ["2026-10-01", "2026-10-01", "2029-04-01"]  # 1 March 2029


def test_where_the_municipality_pays_for_them_nobody_leaves_its_account(born):
    law = LAW.with_value("layoffs.additional_days_charged", day_number("2025-01-01"), True)
    assert law.uncharged_additional_days(ORIGIN) == ()
