"""The uncertain inputs: none is called as another, each can be reached, and its ends are those of its file."""

import numpy as np
import pytest

from scenarios.books import load_books
from scenarios.decide.inputs import chosen, inputs_of
from scenarios.decide.prepare import prepared
from sources.area import data_root
from sources.errors import InputError


@pytest.fixture(scope="module")
def listed(setting):
    return inputs_of(setting)


def test_names_are_one_of_a_kind_and_figures_that_are_verified_are_left_out(setting, listed):
    names = [each.name for each in listed]
    assert len(set(names)) == len(names)
    verified = {name for name, each in setting.plan.inputs.assumed.items() if each.status == "verified"}
    assert not {f"assumption.{name}" for name in verified} & set(names)


def test_what_is_of_the_books_is_varied_there_and_not_a_second_time_in_the_mix(served_setting):
    names = [each.name for each in inputs_of(served_setting)]
    assert "books.budget.income.state_compensation" in names and "caseworkers.units.first_services.fte.0" in names
    assert not [name for name in names if name.startswith(("budget.", "operating."))]


def test_a_scenario_is_asked_of_with_the_books_that_it_changes(tmp_path):
    (tmp_path / "dear.yaml").write_text(
        "title: Kallis\nquestion: q\nauthor: a\ndate: 2026-11-24\nbaseline: baseline\nuntil: 2027-12\nchanges:\n"
        "  - {at: operating.lines.other.yearly, times: 2, why: koe}\n", "utf-8")
    _, setting = prepared(str(tmp_path / "dear.yaml"), 2, False, data_root(), 1)
    today, asked = (float(books.plan.lines["other"].yearly) for books in (load_books(setting.plan.inputs.area),
                                                                         setting.books))
    assert asked == 2 * today


def test_a_stated_range_is_met_at_both_ends(setting, listed):
    figures = dict(setting.books.unverified())
    varied = [each for each in listed if each.name.startswith("books.")]
    assert {"books.operating.purchases", "books.budget.income.state_compensation"} <= {each.name for each in varied}
    for each in varied:
        figure = figures[each.name.removeprefix("books.")]
        assert [end.value for end in each.ends] == [[figure.range[0]], [figure.range[1]]]


def test_a_place_of_the_range_is_even_between_its_ends(listed):
    for each in listed:
        if each.ends[0].kind == "switch" or isinstance(each.value, bool) or each.name.startswith("law."):
            continue
        low, middle, high = (np.asarray(each.at(place).value, float) for place in (0.0, 0.5, 1.0))
        assert np.allclose(low, each.ends[0].value) and np.allclose(high, each.ends[-1].value)
        assert np.allclose(middle, (low + high) / 2)


def test_an_open_question_takes_every_answer_as_often(setting, listed):
    steps = next(each for each in listed if each.name == "switch.middle_steps")
    answers = [steps.at(place).value for place in (np.arange(300) + 0.5) / 300]
    law = setting.plan.inputs.law
    every = law.switches["middle_steps"].alternatives
    assert {answer: answers.count(answer) for answer in answers} == dict.fromkeys(every, 100)


def test_patterns_choose_by_glob_or_beginning(listed):
    assert [each.name for each in chosen(listed, ["switch.middle*"])] == ["switch.middle_steps"]
    assert {each.name for each in chosen(listed, ["path", "fitted.lasting"])} == {"path.arrivals", "path.exits",
                                                                                "fitted.lasting"}
    assert chosen(listed, []) == listed
    with pytest.raises(InputError, match=r"matches no uncertain input.*fitted\.lasting"):
        chosen(listed, ["fitted.lastin"])
