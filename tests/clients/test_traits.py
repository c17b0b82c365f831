"""Traits: their shares against the stated ones, and that a client's own depend on nobody else."""

from dataclasses import fields

import numpy as np
import pytest

from sim.clients.clients import OPENING, Clients, State
from sim.clients.traits import TRAITS, draw_traits, read_traits
from sources.area import data_root, read_area
from sources.errors import InputError

YEAR = 365.25
FIELDS = (0.5, 0.3, 0.2)


@pytest.fixture(scope="module")
def shares(area):
    return read_traits(area)


def people(count, cohort=OPENING, **given):
    """So many clients, 40 years old and alike but for the columns *given*."""
    plain = {"cohort": cohort, "state": State.UNEMPLOYED, "born": -40 * YEAR, "age": 1, "foreign_language": False,
             "reduced_ability": False}
    return Clients(*(np.broadcast_to(given.get(f.name, plain.get(f.name, 0)), count) for f in fields(Clients)))


def drawn(clients, shares, replication=0):
    return draw_traits(clients, shares, 0.25, FIELDS, 1, replication)


def assert_share(mask, share):
    """Within four standard errors of a binomial share."""
    assert abs(mask.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(mask))


def test_shares_are_the_stated_ones(shares):
    traits = drawn(people(40_000, foreign_language=True), shares)
    assert_share(traits.mobile, float(shares.mobile))
    assert_share(traits.starter, float(shares.starter))
    assert_share(traits.integration, 0.25)
    for code, share in enumerate(FIELDS):
        assert_share(traits.field == code, share)


def test_only_a_foreign_language_brings_an_integration_plan(shares):
    assert not drawn(people(1000), shares).integration.any()


@pytest.mark.parametrize(("age", "counter", "share"), [  # the shipped points, and half way between two of them
    (0, -7, 0.03), (1, 0, 0.03), (1, 100, 0.045), (1, 200, 0.06), (2, 750, 0.195), (2, 1000, 0.22), (2, 5000, 0.22)])
def test_limited_work_ability_grows_with_the_paid_days(shares, age, counter, share):
    traits = drawn(people(40_000, age=age, counter=counter), shares)
    assert_share(traits.limited, share)
    assert (traits.limited == (traits.limited_from <= counter)).all()


def test_a_known_reduction_is_not_hidden(shares):
    assert not drawn(people(1000, reduced_ability=True, counter=2000), shares).limited.any()


def test_young_is_the_youngest_age_group_and_under_30_holds_it(shares):
    years = np.array([24.9, 26.0, 26.0, 29.9, 30.1])  # the second is of the stock and was younger on arrival
    traits = drawn(people(5, enters=100.0, born=100 - years * YEAR, age=np.array([0, 0, 1, 1, 1])), shares)
    assert traits.young.tolist() == [True, True, False, False, False]
    assert traits.under30.tolist() == [True, True, True, True, False]


def test_more_clients_of_a_cohort_or_other_cohorts_change_nobody(shares):
    few = drawn(people(50), shares)
    more = drawn(Clients.concatenate(people(80), people(30, cohort=0)), shares)
    alone = drawn(people(30, cohort=0), shares)
    for column in fields(few):
        assert (getattr(more, column.name)[:50] == getattr(few, column.name)).all()
        assert (getattr(more, column.name)[80:] == getattr(alone, column.name)).all()
    assert (drawn(people(50), shares, replication=1).field != few.field).any()


@pytest.mark.parametrize(("old", "new", "told"), [
    ("[0.03, 0.06, 0.11, 0.15]", "[0.03, 0.06, 0.11]", "a share for each of paid_days"),
    ("[0.03, 0.06, 0.11, 0.15]", "[0.03, 0.11, 0.06, 0.15]", "rising"),
    ("[0, 200, 500, 1000]", "[0, 500, 200, 1000]", "paid_days rise"),
    ("mobile:", "mobil:", "write mobile"),
])
def test_a_fault_of_the_file_is_told(area, tmp_path, old, new, told):
    text = (data_root() / "lahti" / TRAITS).read_text("utf-8")
    copy = tmp_path / "lahti"
    copy.mkdir()
    (copy / "settings.yaml").write_text((data_root() / "lahti/settings.yaml").read_text("utf-8"), "utf-8")
    (copy / TRAITS).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=told):
        read_traits(read_area("lahti", tmp_path))
