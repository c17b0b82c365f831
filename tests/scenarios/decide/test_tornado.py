"""The tornado: in pairs against what the account's own arithmetic says."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.decide import tornado as module
from scenarios.decide.inputs import chosen, inputs_of
from scenarios.decide.outturn import ALL_YEARS, objects_of, outturn, years_of
from scenarios.decide.screening import Group, Screened
from scenarios.decide.tornado import Measurer, _by_coin, tornado
from scenarios.exposure import Variant
from scenarios.project import project
from sources.errors import InputError

PATTERNS = ["fitted.utilisation 701-", "books.operating.other", "books.budget.income.state_compensation.2028",
            "switch.middle_steps"]


def nothing(done, total):
    pass


@pytest.fixture(scope="module")
def told(setting):
    return tornado(setting, chosen(inputs_of(setting), PATTERNS), 2, 3, 10, 1)


def change(told, name, end, what, year=ALL_YEARS):
    row, = told.rows.query("input == @name and end == @end and object == @what and year == @year").itertuples()
    return row


def test_a_utilisation_moves_the_euros_of_its_class_in_proportion_draw_by_draw(setting, told):
    """Class 701 of a draw pays its own drawn utilisation: the change is the same of each draw's days."""
    stored = setting.plan.calibration.stored
    moved = 1.2816 * stored.covariance[-1][-1] ** 0.5
    units = [project(setting.plan, draw, 0) for draw in range(2)]
    own = [setting.plan.calibration.draw(draw, setting.plan.seed).utilisation[-1] for draw in range(2)]
    expected = [unit.euros[:, :, -1].sum() * moved / each for unit, each in zip(units, own, strict=True)]
    row = change(told, "fitted.utilisation 701-", "high", "benefit_share")
    assert row.difference == pytest.approx(np.mean(expected), rel=1e-4)
    assert (row.p10, row.p90) == pytest.approx(tuple(np.percentile(expected, (10, 90))), rel=1e-3)
    assert row.error == np.inf  # one mirrored pair does not tell it


def test_a_planned_line_moves_operating_cost_and_net_and_no_benefit(setting, told):
    figure = dict(setting.books.plan.figures())["operating.other"]
    row = change(told, "books.operating.other", "high", "operating")
    assert row.difference == pytest.approx(figure.range[1] - float(figure), abs=0.1)  # at a price level of 1 in 2026
    assert change(told, "books.operating.other", "high", "net").difference == pytest.approx(row.difference, abs=0.05)
    assert change(told, "books.operating.other", "high", "benefit_share").difference == 0


def test_what_lies_beyond_the_run_moves_nothing_to_the_cent(told):
    rows = told.rows[told.rows["input"] == "books.budget.income.state_compensation.2028"]
    assert len(rows) and not rows[["difference", "error", "p10", "p90"]].to_numpy().any()
    assert not rows["certain"].any()


def test_the_widest_is_first_and_widths_reach_from_end_to_end(told):
    assert told.inputs["width"].is_monotonic_decreasing
    ends = [change(told, "switch.middle_steps", end, "net").difference for end in ("low", "high")]
    assert told.inputs.set_index("name").loc["switch.middle_steps", "width"] == pytest.approx(ends[1] - ends[0])
    assert ends[0] < 0 < ends[1]


def test_objects_of_a_year_add_up_and_years_add_up_to_all(setting):
    euros = outturn(setting, [project(setting.plan, 0, 0)])[0]
    assert objects_of(setting) == ("benefit_share", "operating", "net") and years_of(setting.plan)[-1] == ALL_YEARS
    income = sum(line.euros(2026) for line in setting.books.budget.income.values())
    assert euros[2, 0] == pytest.approx(euros[0, 0] + euros[1, 0] - income, abs=0.1)
    assert euros[:, :-1].sum(axis=1) == pytest.approx(euros[:, -1])


def test_without_books_the_share_of_the_simulated_months_is_told(setting):
    unit = project(setting.plan, 0, 0)
    euros = outturn(replace(setting, books=None), [unit])
    assert euros.ravel() == pytest.approx([unit.euros.sum()] * 2)


def test_coins_of_a_pair_of_draws_are_opposite_and_do_not_hang_on_the_group(setting):
    inputs = [each for each in inputs_of(setting) if each.name.startswith("fitted.")]
    first, second = (_by_coin(inputs, 7, draw) for draw in (0, 1))
    assert all(one.end != other.end for one, other in zip(first, second, strict=True))
    assert {each.end for each in first} == {"low", "high"}
    assert [_by_coin([each], 7, 0)[0] for each in inputs] == list(first)


def test_a_scenario_that_changes_nothing_has_no_effect_whatever_is_varied(served_setting):
    """Baseline and scenario are changed alike: 0.00 € of difference, though each of them moves."""
    variants = (Variant("service", "caseworkers.effect.monthly_gain", "high", [0.15]),
                Variant("books", "operating.purchases", "high", [3.9e6]))
    measurer = Measurer(served_setting, 1, 1, nothing, 1)
    effect, = measurer.euros([(variants, 0)])
    assert effect.shape == (3, 2) and not effect.any()


@pytest.mark.parametrize(("strength", "fault"), [
    (5.0, r"option --groups 3: is too few to single out any input: the strongest group, law, has 2\. Mend: write 80"),
    (0.0, "option --inputs: names only inputs that move nothing")])
def test_a_screening_that_singles_out_nothing_says_what_to_do(setting, monkeypatch, strength, fault):
    screened = Screened([], [(Group("law", ("law.a", "law.b")), strength)], 1)
    monkeypatch.setattr(module, "_in_groups", lambda *_: True)
    monkeypatch.setattr(module, "_screened", lambda *_: screened)
    with pytest.raises(InputError, match=fault):
        tornado(setting, inputs_of(setting), 2, 15, 3, 1)
