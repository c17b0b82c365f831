"""Changes of the service mix: dated values against a day loop, order, notice, and one clear line for each fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.changes import Change, Layer
from scenarios.effects import effects, idle
from scenarios.levers import Horizon, apply_changes, with_scenario
from scenarios.nodes import in_force, stepped
from scenarios.scenario import read_scenario
from sim.law.calendar import day_number
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contracts
from sources.errors import InputError

HORIZON = Horizon(date(2026, 9, 1), date(2028, 12, 31))
DECIDED = date(2026, 11, 24)
TRAINING = "contracts.unit_price.training_bought"
START = date(2026, 1, 1)
days = st.integers(0, 40).map(lambda day: START + timedelta(days=day))


@pytest.fixture(scope="module")
def applied(mix):
    """Function (changes as a file writes them) → the changed mix."""
    return lambda *written: apply_changes(mix, layer(*written), HORIZON)


def layer(*written: dict) -> Layer:
    changes = [Change.model_validate({"why": "kokeilu", **each}) for each in written]
    return Layer(file="mine.yaml", title="Koe", date=DECIDED, changes=changes)


def contract(mix, name: str):
    return mix.of(Contracts).all[name]


def same(mix, other) -> bool:
    return all(mix.files[name].model_dump() == other.files[name].model_dump() for name in mix.files)


# --- dated steps against a loop over days ---

@st.composite
def courses(draw):
    """Dated steps from START on, of whole numbers."""
    begun = sorted(draw(st.sets(days, max_size=4)) | {START})
    return [{"from": day, "value": draw(st.integers(0, 100)), "source": "x", "status": "estimate"} for day in begun]


@st.composite
def spans(draw, count):
    """So many changes of one path whose days do not overlap."""
    edges = sorted(draw(st.lists(days, min_size=2 * count, max_size=2 * count, unique=True)))
    actions = st.one_of(st.tuples(st.just("value"), st.integers(0, 100)),
                        st.tuples(st.just("times"), st.sampled_from([0.5, 1.0, 2.0])),
                        st.tuples(st.just("add"), st.integers(0, 20)))
    return [Change.model_validate({"at": "x.y", "from": since, "until": until, "why": "w",
                                   **dict([draw(actions)])})
            for since, until in zip(edges[::2], edges[1::2], strict=True)]


def value_on(day: date, steps, changes) -> float:
    """What holds on *day*: the slow way."""
    value = [step["value"] for step in steps if step["from"] <= day][-1]
    for change in changes:
        if change.since <= day <= change.until:
            given_value = {"value": lambda c=change: c.value, "times": lambda c=change: round(value * c.times),
                           "add": lambda c=change: round(value + c.add)}
            return given_value[change.action]()
    return value


@settings(max_examples=200, deadline=None)
@given(courses(), st.integers(1, 3).flatmap(spans), st.randoms(use_true_random=False))
def test_dated_values_are_those_of_a_loop_over_days_in_any_order_of_changes(steps, changes, luck):
    found, shuffled = steps, steps
    for change in changes:
        found = stepped(found, change, "s")
    luck.shuffle(order := list(changes))
    for change in order:
        shuffled = stepped(shuffled, change, "s")
    for offset in range(45):
        day = START + timedelta(days=offset)
        expected = value_on(day, steps, changes)
        assert in_force(found, day)["value"] == in_force(shuffled, day)["value"] == expected
    assert [step["from"] for step in found] == sorted({step["from"] for step in found})


@settings(max_examples=100, deadline=None)
@given(courses(), st.sampled_from([{"times": 1}, {"add": 0}]), days)
def test_a_factor_of_one_and_a_sum_of_nothing_leave_every_step_as_it_is(steps, nothing, since):
    change = Change.model_validate({"at": "x.y", "from": since, "why": "w", **nothing})
    course = [step for before, step in zip([{}, *steps], steps, strict=False)  # steps that begin nothing are dropped
              if {**before, "from": step["from"]} != step]
    assert stepped(steps, change, "s") == course


def test_later_steps_are_moved_too_and_what_the_file_says_returns():
    steps = [{"from": START, "value": 10}, {"from": date(2026, 3, 1), "value": 20},
             {"from": date(2026, 6, 1), "value": 8}]
    steps = [{**step, "source": "x", "status": "estimate", "range": [0, 40]} for step in steps]
    change = Change.model_validate({"at": "x.y", "from": date(2026, 2, 1), "until": date(2026, 6, 30), "times": 1.5,
                                    "why": "w"})
    assert [(each["from"], each["value"], each["range"]) for each in stepped(steps, change, "s")] == [
        (START, 10, [0, 40]), (date(2026, 2, 1), 15, [0, 60]), (date(2026, 3, 1), 30, [0, 60]),
        (date(2026, 6, 1), 12, [0, 60]), (date(2026, 7, 1), 8, [0, 40])]


# --- the bundle ---

def test_nothing_changed_gives_the_same_mix_and_changes_that_do_nothing_are_told(mix, applied):
    assert same(mix, applied())
    written = [{"at": f"{TRAINING}.price", "times": 1},
               {"at": f"{TRAINING}.places", "from": date(2027, 1, 1), "add": 0}]
    changed = applied(*written)
    assert same(mix, changed)
    assert [effect.at for effect in idle(effects(mix, changed, layer(*written)))] == [each["at"] for each in written]


def test_a_changed_value_is_an_estimate_of_the_scenario_with_its_range_in_proportion(mix, applied):
    old = contract(mix, "training_bought").price
    new = contract(applied({"at": f"{TRAINING}.price", "times": 1.1, "why": "hintojen nousu"}), "training_bought").price
    assert new.value == pytest.approx(1.1 * old.value) and new.unit == old.unit
    assert (new.source, new.status) == ("skenaario Koe: hintojen nousu", "estimate")
    assert new.range == pytest.approx([1.1 * end for end in old.range])
    changed = applied({"at": "catalogue.services.work_trial.participation.effect.after", "value": 1.2})
    assert changed.of(Catalogue).services["work_trial"].participation.effect.after.evidence == "judgement"
    assert changed.of(Contracts) is mix.of(Contracts)  # other files are not touched


def test_places_by_day_are_what_a_contract_then_offers(mix, applied):
    changed = applied({"at": f"{TRAINING}.places", "from": date(2027, 7, 1), "until": date(2027, 12, 31), "times": 0.5})
    before, after = (contract(each, "training_bought") for each in (mix, changed))
    at = [day_number(date(2027, *day)) for day in ((6, 30), (7, 1), (12, 31))] + [day_number(date(2028, 1, 1))]
    places = before.places_on(at[0])
    assert after.places_on(at).tolist() == [places, round(places / 2), round(places / 2), places]


def test_plain_values_are_replaced_and_optional_ones_given(applied):
    changed = applied({"at": f"{TRAINING}.serves", "value": ["young"]}, {"at": f"{TRAINING}.indexed", "value": False})
    assert contract(changed, "training_bought").serves == ["young"] and not contract(changed, "training_bought").indexed


NEW = {"title": "Uusi", "producer": "yritys", "service": "job_coaching", "start": date(2027, 1, 1), "indexed": True,
       "places": [{"from": date(2027, 1, 1), "value": 5, "unit": "places", "source": "x", "status": "estimate"}],
       "payable": {"value": 30, "unit": "days", "source": "x", "status": "estimate"},
       "notice": {"value": 90, "unit": "days", "source": "x", "status": "estimate"},
       "price": {"value": 900, "unit": "€/participant", "source": "x", "status": "estimate"}}


def test_a_contract_can_be_new_and_can_end(mix, applied):
    changed = applied({"at": "contracts.unit_price.mine", "new": NEW},
                      {"at": TRAINING, "remove": True, "from": date(2027, 6, 1)},
                      {"at": "contracts.grant.guidance_grant", "remove": True, "from": date(2027, 12, 1)})
    assert contract(changed, "mine").title == "Uusi"
    assert contract(changed, "training_bought").end == date(2027, 5, 31)
    assert [each.date.isoformat() for each in contract(changed, "guidance_grant").instalments] == [
        "2026-03-31", "2026-09-30", "2027-03-31", "2027-09-30"]
    assert contract(mix, "training_bought").end is None


def test_a_baselines_changes_come_first_and_its_own_day_of_decision_counts(mix):
    first, second = layer({"at": f"{TRAINING}.places", "from": date(2027, 6, 1), "value": 100}), layer(
        {"at": f"{TRAINING}.places", "from": date(2027, 6, 1), "until": date(2027, 12, 31), "add": 50})
    late = second.model_copy(update={"date": date(2027, 5, 1)})
    scenario = read_scenario("baseline").model_copy(update={"layers": [first, late]})
    found = contract(with_scenario(mix, scenario, HORIZON), "training_bought").places
    assert [(each.since.isoformat(), each.value) for each in found[1:]] == [("2027-06-01", 150), ("2028-01-01", 100)]


# --- faults ---

@pytest.mark.parametrize(("written", "said"), [
    ([{"at": "contracts.training_bought.places", "value": 1}], [f"Mend: write {TRAINING}.places"]),
    ([{"at": "contract.unit_price.training_bought.price", "value": 1}], [f"write {TRAINING}.price"]),
    ([{"at": "operating.staff.units.matching.staff", "value": 1}], ["no lever", "caseworkers.units.matching.fte"]),
    ([{"at": TRAINING, "value": 1}], ["no single value", f"{TRAINING}.title"]),
    ([{"at": f"{TRAINING}.price", "value": "high"}], ["is a number, and 'high' is none"]),
    ([{"at": f"{TRAINING}.indexed", "times": 2}], ["is no number", "give its value"]),
    ([{"at": f"{TRAINING}.indexed", "value": "maybe"}], ["indexed", "valid boolean"]),
    ([{"at": f"{TRAINING}.price", "value": 5, "from": date(2027, 1, 1)}], ["whole run", f"{TRAINING}.places"]),
    ([{"at": f"{TRAINING}.places", "add": -999, "from": date(2028, 1, 1)}], ["greater than or equal to 0"]),
    ([{"at": f"{TRAINING}.places", "value": 300, "from": date(2029, 1, 1)}], ["outside the run", "to 2028-12-31"]),
    ([{"at": f"{TRAINING}.places", "value": 1, "from": date(2026, 12, 1)}], ["notice is 180 days", "2027-05-23 or"]),
    ([{"at": TRAINING, "remove": True, "from": date(2026, 12, 1)}], ["notice is 180 days", "2027-05-23 or later"]),
    ([{"at": "catalogue.services.work_trial", "remove": True, "from": date(2027, 9, 1)}], ["only contracts"]),
    ([{"at": f"{TRAINING}.service", "value": "interviews"}], ["public authority and is not bought"]),
    ([{"at": f"{TRAINING}.service", "value": "interview"}], ["not in the catalogue", "write interviews"]),
    ([{"at": "contracts.unit_price.mine", "new": {**NEW, "service": "interviews"}}], ["public authority"]),
    ([{"at": "contracts.unit_price.mine", "new": {**NEW, "prise": 1}}], ["mine.prise", "unknown key", "write price"]),
    ([{"at": TRAINING, "new": NEW}], ["is there already"]),
    ([{"at": "contracts.unit_prise.mine", "new": NEW}], ["is not there"]),
    ([{"at": "contracts.own.training_bought", "new": {**NEW}}], ["own.training_bought"]),
    ([{"at": "catalogue.services.work_trial.participation.effect.completion", "value": 1.2}], ["than or equal to 1"]),
    ([{"at": f"{TRAINING}.places", "value": 250, "from": date(2027, 1, 1)},
      {"at": f"{TRAINING}.places", "value": 300, "from": date(2027, 7, 1)}], ["changes.1", "same days as changes.0"]),
    ([{"at": f"{TRAINING}.places", "value": 250, "from": date(2027, 1, 1)},
      {"at": TRAINING, "remove": True, "from": date(2027, 7, 1)}], ["same days as changes.0"]),
])
def test_a_fault_names_the_file_the_change_and_the_mend(applied, written, said):
    with pytest.raises(InputError) as fault:
        applied(*written)
    assert fault.value.file == "mine.yaml" and fault.value.where.startswith("key changes.")
    assert all(words in str(fault.value) for words in said), str(fault.value)


def test_a_file_that_the_municipality_lacks_is_told(mix):
    without = replace(mix, files={name: file for name, file in mix.files.items() if name != "contracts"})
    with pytest.raises(InputError, match="has no such file"):
        without.of(Contracts)
