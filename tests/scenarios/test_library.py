"""The scenarios that are shipped: each fits the data, says its evidence, and moves a lever of its heading."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from scenarios.changes import Change, Layer
from scenarios.levers import apply_changes, with_scenario
from scenarios.mix import PARTS
from scenarios.scenario import BASELINE, library, read_scenario
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contracts
from sources.errors import InputError

HEADINGS = {"budget": {"contracts"}, "job_broking": {"process", "demand"}, "subsidies": {"subsidies", "contracts"},
            "producers": {"contracts"}, "ecosystem": {"subsidies", "demand"}, "technology": {"caseworkers"},
            "multi_professional": {"partners", "caseworkers"},
            "employers": {"caseworkers", "demand", "contracts", "process"}, "integration": {"contracts", "integration"}}
SCENARIOS = HEADINGS | {"demand_led": {"process"}}  # the plan's second pathway


def test_there_is_one_scenario_for_each_heading_of_the_service_plan_and_one_for_its_second_pathway():
    assert library() == [BASELINE, *sorted(SCENARIOS)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_fits_the_data_and_every_change_changes_something(checker, name):
    checked = checker.check(name)
    assert {effect.at.split(".")[0] for effect in checked.effects} == SCENARIOS[name]
    assert not checked.idle
    scenario = checked.scenario
    assert scenario.baseline == BASELINE and scenario.question and scenario.levers
    assert any(grade in scenario.evidence for grade in ("Koe", "Vertailu", "Katsaus", "Tilasto", "Harkinta"))


def test_the_baseline_is_the_files_as_they_stand(mix):
    found = with_scenario(mix, read_scenario(BASELINE))
    assert all(found.files[name] is mix.files[name] for name in mix.files)
    assert set(mix.files) == set(PARTS)  # Lahti has every file


def test_every_example_of_the_page_fits_the_data_and_changes_something(checker, tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
    whole, *parts = re.findall(r"```yaml\n(.*?)```", page, re.S)
    header = whole.split("changes:")[0]
    assert len(parts) == 2
    for place, text in enumerate((whole, *(f"{header}changes:\n{part}" for part in parts))):
        (tmp_path / f"{place}.yaml").write_text(text, "utf-8")
        checked = checker.check(str(tmp_path / f"{place}.yaml"))
        assert len({effect.line for effect in checked.effects}) == text.count("at: ") and not checked.idle


def test_the_brake_touches_nothing_that_must_be_offered(mix):
    before, after = mix.of(Contracts).all, with_scenario(mix, read_scenario("budget")).of(Contracts).all
    services = mix.of(Catalogue).services
    cut = {name for name in before if before[name].model_dump() != after[name].model_dump()}
    assert cut and all(services[before[name].service].statutory_class in ("appropriation_dependent", "voluntary")
                       for name in cut)


@pytest.mark.parametrize(("at", "value", "said"), [
    ("subsidies.services.pay_subsidy_50.amount", 5000, ["more than the law's pay_subsidy_50.cap", "write at most"]),
    ("process.pilots.skills_mapping.unit", "job_serch", ["there is no job_serch", "write job_search"]),
    ("partners.detection", 1.5, ["less than or equal to 1"]),
])
def test_limits_that_lie_in_other_files_hold_for_a_scenario_too(mix, at, value, said):
    dated = {} if at.startswith("process") else {"from": date(2027, 1, 1)}
    change = Change.model_validate({"at": at, "value": value, "why": "kokeilu", **dated})
    with pytest.raises(InputError) as fault:
        apply_changes(mix, Layer(file="mine.yaml", title="Koe", date=date(2026, 11, 24), changes=[change]))
    assert fault.value.file == "mine.yaml" and all(words in str(fault.value) for words in said), str(fault.value)
