"""Which benefit is paid, before and after general support replaced two of them on 1.5.2026."""

import numpy as np
import pytest

from sim.law import Benefit, Entitlement, benefit_kind, load_law
from sim.law.calendar import day_number

BEFORE, AFTER = day_number("2026-04-30"), day_number("2026-05-01")
NONE, BASIC, EARNED = Entitlement.LABOUR_MARKET, Entitlement.BASIC, Entitlement.EARNINGS_RELATED


@pytest.fixture(scope="module")
def kinds():
    return load_law().benefit_kinds


@pytest.mark.parametrize(
    ("entitlement", "day_count", "day", "paid"),
    [
        (NONE, 1, BEFORE, Benefit.LABOUR_MARKET),
        (NONE, 1, AFTER, Benefit.GENERAL),
        (NONE, 2000, AFTER, Benefit.GENERAL),
        (BASIC, 1, BEFORE, Benefit.BASIC),
        (BASIC, 300, BEFORE, Benefit.BASIC),
        (BASIC, 301, BEFORE, Benefit.LABOUR_MARKET),
        (BASIC, 1, AFTER, Benefit.GENERAL),
        (BASIC, 301, AFTER, Benefit.GENERAL),
        (EARNED, 1, BEFORE, Benefit.EARNINGS_RELATED),
        (EARNED, 300, AFTER, Benefit.EARNINGS_RELATED),
        (EARNED, 301, BEFORE, Benefit.LABOUR_MARKET),
        (EARNED, 301, AFTER, Benefit.GENERAL),
    ],
)
def test_benefit_of_a_day(kinds, entitlement, day_count, day, paid):
    assert benefit_kind(entitlement, day_count, 300, day, kinds) == paid


def test_arrays_broadcast(kinds):
    paid = benefit_kind(np.array([[0], [1], [2]]), 450, np.array([400, 500]), BEFORE, kinds)
    assert paid.tolist() == [[0, 0], [0, 1], [0, 2]]


def test_codes_are_stable():
    # Stored event logs and result tables hold these numbers.
    assert [(code.name, int(code)) for code in Benefit] == [
        ("LABOUR_MARKET", 0), ("BASIC", 1), ("EARNINGS_RELATED", 2), ("GENERAL", 3),
    ]
    assert [(code.name, int(code)) for code in Entitlement] == [
        ("LABOUR_MARKET", 0), ("BASIC", 1), ("EARNINGS_RELATED", 2),
    ]
