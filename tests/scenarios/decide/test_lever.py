"""Which figures a seek may turn, by which names, from when and how far."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.decide.lever import changes, lever, resolve
from scenarios.levers import Horizon
from scenarios.mix import load_mix
from sources.area import data_root, read_area
from sources.errors import InputError

HORIZON = Horizon(date(2026, 9, 1), date(2028, 12, 31))
DECIDED = date(2026, 11, 24)
TRAINING = "contracts.unit_price.training_bought.places"


@pytest.fixture(scope="module")
def mix():
    return load_mix(read_area("lahti", data_root()))


@pytest.mark.parametrize(("name", "path"), [
    (TRAINING, TRAINING),
    ("training_bought.places", TRAINING),  # the end of its path, though recruitment_training_bought is like it
    ("results.places", "contracts.outcome_based.job_coaching_results.places"),
    ("matching.fte", "caseworkers.units.matching.fte"),
    ("young.discretionary", "process.groups.young.discretionary_every"),
    ("supplement.months", "subsidies.services.municipal_supplement.months"),
])
def test_short_names(mix, name, path):
    assert resolve(name, mix) == path


@pytest.mark.parametrize(("name", "words"), [
    ("coaching.places", "one of contracts.unit_price.job_search_coaching_bought.places, contracts.unit_price.career_"),
    ("trainin_bought.plaecs", f"no figure that a city decides on. Mend: write {TRAINING}"),
    ("contracts.unit_price.training_bought.price", "no figure that a city decides on"),  # agreed, not decided
    ("integration_training_bought.places", "integration training, which is need-bound: whoever meets the conditions"),
    ("employment_subsidy_55.amount", "need-bound"),
])
def test_names_that_are_none_or_many_or_not_to_be_touched(mix, name, words):
    with pytest.raises(InputError, match="option --lever") as fault:
        resolve(name, mix)
    assert words in str(fault.value)


def test_a_lever_begins_when_its_notice_allows_and_reaches_from_nothing_to_twice(mix):
    found = lever(TRAINING, mix, 2027, HORIZON, DECIDED)
    assert found.since == date(2027, 5, 23)  # 180 days from the decision
    assert [found.value(step) for step in (found.low, 0, found.high)] == [0, 60, 120] and found.whole
    assert lever(TRAINING, mix, 2028, HORIZON, DECIDED).since == date(2028, 1, 1)
    made, = changes([found, lever("caseworkers.units.matching.fte", mix, 2027, HORIZON, DECIDED)], (-5, 0), "why")
    assert (made.at, made.since, made.value) == (TRAINING, date(2027, 5, 23), 55)


@pytest.mark.parametrize(("span", "low", "high"), [("50:70", 50, 70), ("0:100:25", 10, 85), ("70:90:10", 70, 90),
                                                   ("10:40:10", 10, 40)])
def test_a_range_is_counted_from_todays_value(mix, span, low, high):
    found = lever(TRAINING, mix, 2028, HORIZON, DECIDED, span=span)
    assert (found.value(found.low), found.value(found.high)) == (low, high)


@pytest.mark.parametrize(("span", "words"), [("60", "no range"), ("9:5", "one value or none"), ("1:2:0", "no range"),
                                             ("0.5:2", "give whole numbers"), ("61:69:20", "one value or none")])
def test_a_range_that_is_none(mix, span, words):
    with pytest.raises(InputError, match=words):
        lever(TRAINING, mix, 2028, HORIZON, DECIDED, span=span)


def test_a_year_in_which_nothing_can_change_any_more(mix):
    with pytest.raises(InputError, match="2027-05-23, which is not within the simulated part of 2026"):
        lever(TRAINING, mix, 2026, HORIZON, DECIDED)
