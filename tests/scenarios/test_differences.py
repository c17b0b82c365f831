"""Two scenarios resolved and held side by side: against a day-by-day look, and where each value comes from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.differences import _spans, differences
from sim.services.contracts import Contracts
from sources.errors import InputError

FIRST = """\
title: Pohja
question: q
author: Minä
date: 2026-11-24
baseline: baseline
draws: 10
shocks: [{since: 2027-01, until: 2027-06, arrivals: 1.2}]
changes:
  - {at: contracts.unit_price.training_bought.places, from: 2027-06-01, times: 0.5, why: puolet}
  - {at: operating.price_index.2027, times: 1.1, why: hinnat}
"""
SECOND = """\
title: Päällä
question: q
author: Minä
date: 2026-11-24
baseline: first.yaml
law: {middle_steps: low}
shocks: [{since: 2027-03, until: 2027-12, arrivals: 1.2, outflow: 0.9}]
window: {from: 2027-01, until: 2027-12}
changes:
  - at: contracts.unit_price.training_bought.places
    from: 2027-09-01
    until: 2027-12-31
    value: 7
    why: vähemmän
  - {at: process.groups.young.queue_priority, from: 2027-01-01, value: 0, why: nuoret ensin}
  - {at: process.pilots.skills_mapping.group, value: young, why: toinen ryhmä}
  - at: budget.years.2027.operating.amended
    new: {date: 2026-11-02, decision: § 1, value: 18000000, unit: €/year, source: x, status: estimate}
    why: muutos
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("scenarios")
    (found / "first.yaml").write_text(FIRST, "utf-8")
    (found / "second.yaml").write_text(SECOND, "utf-8")
    return found


@pytest.fixture(scope="module")
def pair(checker, folder):
    return [checker.check(str(folder / f"{name}.yaml")) for name in ("first", "second")]


@pytest.fixture(scope="module")
def found(pair):
    return differences(*pair)


def of(found, at):
    return [each for each in found if each.at == at]


def test_a_scenario_does_not_differ_from_itself(checker, pair):
    brake = checker.check("budget")
    assert differences(pair[1], pair[1]) == [] == differences(brake, brake)


def test_nothing_else_is_told_and_the_other_way_round_is_the_mirror(pair, found):
    assert [(each.section, each.at) for each in found] == [
        ("keys", "title"), ("keys", "baseline"), ("keys", "window"),
        ("law", "law.middle_steps"), ("law", "municipal_share.ladder"),
        ("shocks", "shocks.arrivals"), ("shocks", "shocks.arrivals"), ("shocks", "shocks.outflow"),
        ("figures", "contracts.unit_price.training_bought.places"),
        ("figures", "process.groups.young.queue_priority"), ("figures", "process.pilots.skills_mapping.group"),
        ("figures", "budget.years.2027.operating.amended.0")]
    mirrored = differences(*reversed(pair))
    assert [(each.second, each.first, each.second_source, each.first_source) for each in mirrored] == [
        (each.first, each.second, each.first_source, each.second_source) for each in found]


def test_values_and_days_are_those_of_a_look_at_every_day(pair, found):
    told, = of(found, "contracts.unit_price.training_bought.places")
    assert (told.since, told.until, told.second) == (date(2027, 9, 1), date(2027, 12, 31), 7)
    sides = [each.mix.of(Contracts).all["training_bought"].places for each in pair]

    def on(steps, day):
        return [step.value for step in steps if step.since <= day][-1]

    for offset in range(900):
        day = date(2026, 9, 1) + timedelta(days=offset)
        values = [on(steps, day) for steps in sides]
        within = told.since <= day <= told.until
        assert (values[0] != values[1]) == within and (not within or values == [told.first, told.second])


def test_shocks_are_told_by_the_months_in_which_they_differ(found):
    """1.2 in 1-6/2027 against 1.2 in 3-12/2027: apart in 1-2 and 7-12; exits in 3-12."""
    assert [(each.since, each.until, each.first, each.second) for each in found if each.section == "shocks"] == [
        (date(2027, 1, 1), date(2027, 2, 28), 1.2, 1.0), (date(2027, 7, 1), date(2027, 12, 31), 1.0, 1.2),
        (date(2027, 3, 1), date(2027, 12, 31), 1.0, 0.9)]


def test_the_answer_of_a_switch_and_the_value_that_it_sets_are_told(found):
    answer, = of(found, "law.middle_steps")
    ladder, = of(found, "municipal_share.ladder")
    assert (answer.first, answer.second) == ("recalled", "low")
    assert "401-700: 0.4" in ladder.first and "401-700: 0.1" in ladder.second and ladder.since == date(2025, 1, 1)
    assert ladder.second_source == "law.middle_steps: low" and ladder.first_source.startswith("municipal_share.yaml: ")


def test_each_side_says_where_its_value_was_written(folder, found):
    places, = of(found, "contracts.unit_price.training_bought.places")
    assert places.first_source == f"{folder}/first.yaml:9: puolet"
    assert places.second_source == f"{folder}/second.yaml:10: vähemmän"
    young, = of(found, "process.groups.young.queue_priority")
    assert young.first_source.startswith("lahti/process.yaml: ") and young.second_source.endswith(":15: nuoret ensin")
    window, = of(found, "window")
    assert (window.first, window.first_source) == (None, "")
    assert window.second == {"from": "2027-01", "until": "2027-12"}
    assert window.second_source == f"{folder}/second.yaml:8"
    arrivals = of(found, "shocks.arrivals")[0]
    assert arrivals.first_source == f"{folder}/first.yaml:7"
    amended, = of(found, "budget.years.2027.operating.amended.0")
    assert (amended.first, amended.second) == (None, 18e6) and amended.second_source.endswith("second.yaml:17: muutos")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12))
def test_spans_hold_each_day_on_which_the_sides_differ_once_and_no_other(course):
    spans = list(_spans(range(len(course)), lambda day: [(each, "") for each in course[day]]))
    told = {day: tuple(value for value, _ in sides) for since, until, sides in spans
            for day in range(since, len(course) if until is None else until)}
    assert told == {day: pair for day, pair in enumerate(course) if pair[0] != pair[1]}
    assert all(since == 0 or course[since] != course[since - 1] for since, _, _ in spans)  # as long as they can be


def test_every_key_knows_the_file_of_the_chain_that_gave_it(pair, folder):
    scenario, second = pair[1].scenario, str(folder / "second.yaml")
    where = {key: (origin.file, origin.line) for key, origin in scenario.origins.items()}
    assert where["shocks"] == (second, 7) and where["draws"] == (str(folder / "first.yaml"), 6)
    assert where["seed"][0].endswith("baseline.yaml") and where["title"] == (second, 1)
    assert [(layer.title, [effect.line for effect in effects]) for layer, effects in pair[1].layers] == [
        ("Perusura", []), ("Pohja", [9, 10]), ("Päällä", [10, 15, 16, 17])]


@pytest.mark.parametrize(("line", "said"), [
    ("shocks: [{since: 2026-03, until: 2027-01, arrivals: 2}]", "key shocks, line 6, 2026-03 to 2027-01: is not all"),
    ("window: {from: 2027-01, until: 2029-12}", "key window, line 6, 2027-01 to 2029-12: is not all simulated. Mend: "
                                                "choose months from 2026-01 to 2028-12"),
    ("window: {from: 2027-03, until: 2028-12}", "key window, line 6: 2027-03 to 2028-12 are not whole budget years"),
    ("law: {midle_steps: low}", "key law.midle_steps, line 6: unknown key. Mend: write middle_steps"),
    ("law:\n  middle_steps: lo", "key law.middle_steps, line 7: 'lo' is not known here. Mend: write low"),
    ("shocks:\n  - {since: 2027-01, until: 2027-03, arrival: 2}", "key shocks.0.arrival, line 7: unknown key. Mend: "
                                                                  "write arrivals"),
    ("window: {from: 2027-01, untl: 2027-03}", "key window.untl, line 6: unknown key. Mend: write until"),
    ("changes:\n  - {at: process.newly_unemployed_months, vlaue: 2, why: x}", "key changes.0.vlaue, line 7: unknown"),
])
def test_what_does_not_fit_is_told_with_file_and_line(checker, tmp_path, line, said):
    (tmp_path / "own.yaml").write_text(
        f"title: Oma\nquestion: q\nauthor: a\ndate: 2026-11-24\nbaseline: baseline\n{line}\n", "utf-8")
    with pytest.raises(InputError) as fault:
        checker.check(str(tmp_path / "own.yaml"))
    assert f"own.yaml: {said}" in str(fault.value), str(fault.value)
