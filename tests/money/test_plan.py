"""The derived volumes at the prices of the contracts against the operating plan, and which line pays what."""

import numpy as np
import pytest

from sim.law.calendar import day_number, month_number
from sim.money.contracts import bills
from sim.money.episodes import Episodes
from sim.money.operating import read_operating
from sim.services.contracts import budget_line
from sim.services.listing import load_supply
from sim.services.partners import read_partners
from sources.area import data_root, load_area

ASSESSMENT = "expert_assessment"  # has no volume, but a queue in partners.yaml
YEAR = 2027  # all contracts are in force
OUTCOMES = 4  # starters on results to an outcome, as the source of their tariff says
MARGIN = 1.1  # places over the mean stock, where no volume is derived
A_DAY = 12 / 365.25  # of what happens once a month


@pytest.fixture(scope="module")
def supply():
    return load_supply(load_area("lahti", data_root()))


@pytest.fixture(scope="module")
def costs(supply):
    """(contract, euros of the year) of flows as even as can be: derived starts, shared by places, of the mean stay."""
    contracts, day = list(supply.contracts.all.values()), day_number(f"{YEAR}-07-01")
    assessed = read_partners(supply.area).queues.bought_assessment
    parts = []
    for place, contract in enumerate(contracts):
        inside, volume = supply.catalogue.services[contract.service].participation, supply.volumes.get(contract.service)
        places = float(contract.places_on(day))
        if contract.service == ASSESSMENT:
            mean, a_day = assessed.stay.mean_days, float(assessed.cases[0]) * A_DAY
        elif inside is None or not places:
            continue
        else:
            mean = inside.duration.mean_days
            whole = sum(float(each.places_on(day)) for each in supply.contracts.of_service(contract.service).values())
            a_day = volume.starts * A_DAY * places / whole if volume else places / MARGIN / mean
        start = np.arange(-365 - mean, 365, 1 / a_day)
        outcome = np.where(np.arange(len(start)) % OUTCOMES == 0, start + mean, np.nan)
        parts.append((np.full(len(start), place), start, start + mean, np.ones(len(start), bool), outcome))
    episodes = Episodes(*map(np.concatenate, zip(*parts, strict=True)))
    found = bills(contracts, episodes, month_number(f"{YEAR}-01"), 12, dict.fromkeys(range(2024, 2029), 1.0))
    return list(zip(contracts, found.euros.sum(axis=(0, 2)), strict=True))


@pytest.mark.parametrize("line", ["purchases", "subsidies"])
def test_a_year_of_the_derived_volumes_costs_what_the_plan_says(supply, costs, line):
    plan = read_operating(data_root() / "lahti" / "operating.yaml", [2026])
    found = sum(euros for contract, euros in costs if budget_line(contract, supply.catalogue) == line)
    assert found == pytest.approx(float(plan.lines[line].yearly), rel=0.03)


def test_the_whole_mix_of_the_country_would_cost_what_the_file_of_volumes_says(supply, costs):
    # services.yaml: 8.3 M€ of purchases with a volume; places and fixed part are in proportion to the changes
    whole = sum(euros / supply.volumes[contract.service].change for contract, euros in costs
                if budget_line(contract, supply.catalogue) == "purchases" and contract.service != ASSESSMENT)
    assert whole == pytest.approx(8.3e6, rel=0.02)


def test_subsidies_are_grants_and_work_that_stops_benefit(supply):
    lines = {name: budget_line(each, supply.catalogue) for name, each in supply.contracts.all.items()}
    assert {name for name, line in lines.items() if line == "subsidies"} == {
        *supply.contracts.subsidy, *supply.contracts.grant}
