"""Shocks of a scenario: paired with the baseline, laid on stated months and on nothing else."""

import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.project import FLOWS, project
from scenarios.run import make_plan, plan_of
from scenarios.scenario import read_scenario
from scenarios.shocks import Shock, shocked
from sim.law.calendar import month_number
from sources.area import data_root
from sources.errors import InputError


def test_factors_of_one_month_multiply_and_other_months_stay(plan):
    """Months 3 to 5 × 1.5, month 5 × 2 again: factors 1.5, 1.5, 3 on arrivals, 0.8 on exits in the first shock only."""
    first, last = str(plan.forecast.months(5)[2]), str(plan.forecast.months(5)[4])
    found = shocked(plan, [Shock(since=first, until=last, arrivals=1.5, outflow=0.8),
                           Shock(since=last, until=last, arrivals=2)]).flows
    expected = np.ones(plan.months)
    expected[2:5] = 1.5, 1.5, 3
    assert found.arrivals == pytest.approx(plan.flows.arrivals * expected)
    assert found.outflow == pytest.approx(plan.flows.outflow * np.where(expected > 1, 0.8, 1))


def test_more_arrivals_come_in_the_months_of_the_shock_and_before_it_all_is_the_same(plan):
    month = str(plan.forecast.months(4)[3])
    struck = shocked(plan, [Shock(since=month, until=month, arrivals=2)])
    before, after = (project(each, 0, 0).flows[:, :, FLOWS.index("arrivals")].sum(axis=1) for each in (plan, struck))
    assert (before[:3] == after[:3]).all()
    assert after[3] == pytest.approx(2 * before[3], rel=4 / np.sqrt(before[3]))  # Poisson
    assert (before[4:] == after[4:]).all()


def test_a_run_on_the_outlook_moves_as_the_ministry_says(plan, inputs, calibration, scenario):
    """338 000 unemployed in 2027 and 324 000 in 2028: the median of 2028 over that of 2027 is 324/338, within 1 %."""
    asked = scenario.model_copy(update={"path": "outlook"})
    found = plan_of(inputs, calibration, month_number(scenario.until), asked)
    months, middle = found.forecast.months(found.months), np.median(found.paths, axis=0)
    year = [middle[months.year == each].mean() for each in (2027, 2028)]
    assert year[1] / year[0] == pytest.approx(324 / 338, rel=0.01)
    spread = [np.ptp(np.log(each.paths), axis=0) for each in (plan, found)]
    assert spread[0] == pytest.approx(spread[1])
    assert found.paths[:, 0] == pytest.approx(plan.paths[:, 0])


def test_a_scenario_with_services_is_shocked_beside_a_baseline_that_is_not(tmp_path):
    """Arrivals × 1.5 in November and December, of the scenario alone; its services are those of the baseline."""
    (tmp_path / "koe.yaml").write_text(
        "title: Koe\nquestion: q\nauthor: a\ndate: 2026-01-01\nbaseline: baseline\nuntil: 2026-12\ndraws: 2\n"
        "shocks: [{since: 2026-11, until: 2026-12, arrivals: 1.5}]\n", "utf-8")
    plan = make_plan(read_scenario(str(tmp_path / "koe.yaml")), data_root(), workers=1)
    assert plan.services.levels.digest == plan.baseline.services.levels.digest
    assert plan.flows.arrivals == pytest.approx(plan.baseline.flows.arrivals * [1, 1, 1.5, 1.5])
    assert (plan.flows.outflow == plan.baseline.flows.outflow).all()


def test_no_shock_is_no_change(plan):
    flows = shocked(plan, []).flows
    assert flows.arrivals.tobytes() == plan.flows.arrivals.tobytes()


@pytest.mark.parametrize(("key", "value", "fault"), [
    ("since", "2027-13", "2027-13"), ("until", "2026-01", "before it begins"), ("arrivals", 0, "0.1"),
    ("outflow", float("nan"), "finite")])
def test_a_shock_that_makes_no_sense_is_refused(key, value, fault):
    with pytest.raises(ValidationError, match=fault):
        Shock(**{"since": "2027-01", "until": "2027-03", key: value})


def test_a_shock_outside_the_simulated_months_is_one_clear_line(plan):
    with pytest.raises(InputError, match="2035-01 to 2035-02: is not all simulated.*Mend: choose months from"):
        shocked(plan, [Shock(since="2035-01", until="2035-02", arrivals=2)])
