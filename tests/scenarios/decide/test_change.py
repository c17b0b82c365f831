"""Several inputs changed at once: what was asked is changed, wholes stay whole, and what was there is untouched."""

from fnmatch import fnmatchcase

import numpy as np
import pytest

from scenarios.decide.change import WHOLES, accepted, with_book_values, with_figures, with_variants
from scenarios.decide.inputs import PATH, SERVICE, inputs_of
from scenarios.exposure import Variant
from scenarios.mix import load_mix
from sim.money.operating import drawn_costs, planned_costs
from sim.services.values import figures_of


@pytest.fixture(scope="module")
def mix(inputs):
    return load_mix(inputs.area)


def figures(mix, file):
    return {name: float(each) for name, each in figures_of(mix.files[file], file)}


def test_a_figure_of_the_mix_has_its_value_and_no_other_is_touched(mix):
    name, before = "catalogue.services.job_coaching.participation.effect.after", figures(mix, "catalogue")
    after = figures(with_figures(mix, {name: [1.3]}), "catalogue")
    assert after.pop(name) == 1.3 and before.pop(name) != 1.3
    assert after == before


@pytest.mark.parametrize(("share", "other"), [(0.01, 0.02), (0.26, 0.08), (0.5, 0.3), (0.9, 0.09)])
def test_shares_of_a_whole_make_room_in_proportion(mix, share, other):
    """Those asked for stay; the others share the rest as they shared it before."""
    asked = {"demand.fields.crafts.vacancies": [share], "demand.fields.operators.vacancies": [other]}
    before, after = (figures(each, "demand") for each in (mix, with_figures(mix, asked)))
    names = [name for name in before if name.startswith("demand.fields.") and name.endswith(".vacancies")]
    assert sum(after[name] for name in names) == pytest.approx(1)
    assert [after[name] for name in asked] == pytest.approx([share, other])
    rest = [name for name in names if name not in asked]
    ratio = np.array([after[name] / before[name] for name in rest])
    assert ratio == pytest.approx(ratio[0])


def test_whole_numbers_stay_whole(mix):
    name = "contracts.unit_price.training_bought.places.0"
    assert figures(with_figures(mix, {name: [61.4]}), "contracts")[name] == 61


def test_books_cost_in_proportion_to_what_they_are_told(setting):
    books, years = setting.books, [2027, 2028]
    before = planned_costs(books.plan, years)
    planned = float(dict(books.plan.figures())["operating.purchases"])
    dearer = with_book_values(books, {"operating.purchases": planned * 1.1})
    place = list(books.plan.titles).index("purchases")
    after = planned_costs(dearer.plan, years)
    assert after[:, place] == pytest.approx(1.1 * before[:, place], abs=0.01)
    assert np.array_equal(np.delete(after, place, axis=1), np.delete(before, place, axis=1))


def test_in_proportion_what_is_drawn_moves_with_the_value(setting):
    plan = setting.books.plan
    figures = {name: float(each) * 1.01 for name, each in plan.figures() if name.startswith("operating.price_index.")}
    dearer = with_book_values(setting.books, figures, in_proportion=True).plan
    before, after = (drawn_costs(each, [2027], 4, 1) for each in (plan, dearer))
    lines = slice(len(plan.staff.units), None)
    assert after[:, :, lines] == pytest.approx(1.01 * before[:, :, lines], abs=0.02)


def test_a_path_moves_its_flow_alone(setting):
    varied = with_variants(setting, [Variant(PATH, "arrivals", "high", 1.2)], 4).plan.flows
    assert np.array_equal(varied.arrivals, 1.2 * setting.plan.flows.arrivals)
    assert np.array_equal(varied.outflow, setting.plan.flows.outflow)


def test_nothing_changed_is_the_setting_itself(setting):
    assert with_variants(setting, [], 4) is setting


def test_what_the_files_refuse_is_left_out_and_told(served_setting):
    """Shares of people with limited work ability have to rise with paid days, so none of an age is refused."""
    wrong = Variant(SERVICE, "traits.limited.by_age.0", "low", [0.0] * 4)
    right = Variant(SERVICE, "caseworkers.effect.monthly_gain", "high", [0.15])
    varied, refused = accepted(served_setting, [wrong, right], 2)
    assert refused == [wrong]
    for plan in (varied.plan, varied.plan.baseline):
        assert figures(plan.services.plan.mix, "caseworkers")["caseworkers.effect.monthly_gain"] == 0.15
        assert plan.services.levels is served_setting.plan.services.levels
    mix = served_setting.plan.services.plan.mix
    assert figures(mix, "caseworkers")["caseworkers.effect.monthly_gain"] != 0.15


def test_shares_of_a_whole_can_be_moved_to_both_ends_one_by_one(served_setting):
    mix = served_setting.plan.services.plan.mix
    shares = [each for each in inputs_of(served_setting) if any(fnmatchcase(each.name, whole) for whole in WHOLES)]
    assert len(shares) >= 20
    for each in shares:
        for end in each.ends:
            moved = figures(with_figures(mix, {each.name: end.value}), each.name.split(".")[0])
            assert moved[each.name] == end.value[0]
