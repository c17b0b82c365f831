"""Each value of the law tree, changed once: euros move in a history made for it, or it is declared inert."""

import shutil
from datetime import date

import pytest
from ruamel.yaml import YAML

from sim.law import load_law
from sim.law.loader import SHIPPED, SWITCHES
from sim.money.history import COLUMNS, price_history, read_history
from sim.money.payment import PaymentProfile

HEADER = ",".join((*COLUMNS, "maximum_days"))
LADDER = "municipal_share ladder 2025-01-01"


def day(start, number, benefit="labour_market"):
    """A history of one paid day, a weekday early in its month, with its number."""
    return [f"A,{start},{start[:-1]}{int(start[-1]) + 1},unemployed,{benefit},1,{number - 1},"]


def work_and_then(start, end, opening, back, until):
    """A job, and earnings-related allowance from *back* to *until*."""
    return [f"A,{start},{end},lasting_work,,,{opening},", f"A,{back},{until},unemployed,earnings_related,1,,"]


YEAR = work_and_then("2025-01-01", "2026-01-01", 650, "2026-01-05", "2026-01-17")

# value: (what stands instead, the history whose euros move)
MOVING = {
    f"{LADDER} thresholds.0": (101, day("2026-02-03", 101)),
    f"{LADDER} thresholds.1": (201, day("2026-02-03", 201)),
    f"{LADDER} thresholds.2": (301, day("2026-02-03", 301)),
    f"{LADDER} thresholds.3": (401, day("2026-02-03", 401)),
    f"{LADDER} thresholds.4": (701, day("2026-02-03", 701)),
    f"{LADDER} shares.0": (0.01, day("2026-02-03", 100)),
    f"{LADDER} shares.1": (0.11, day("2026-02-03", 101)),
    f"{LADDER} shares.2": (0.21, day("2026-02-03", 201)),
    f"{LADDER} shares.3": (0.31, day("2026-02-03", 301)),
    f"{LADDER} shares.4": (0.41, day("2026-02-03", 401)),
    f"{LADDER} shares.5": (0.51, day("2026-02-03", 701)),
    "benefits basic_amount 2023-01-01": (37.77, day("2026-02-03", 701)),
    "benefits basic_amount 2027-01-01": (37.77, day("2027-02-03", 701)),
    "benefits basic_amount 2028-01-01": (37.77, day("2028-02-03", 701)),
    "benefits maximum_days.earnings_related 2023-01-01 long_history": (
        399, day("2026-02-03", 400, "earnings_related")),  # to labour market subsidy
    "benefits maximum_days.basic 2023-01-01 long_history": (399, day("2026-02-03", 400, "basic")),
    "work_condition months 2024-09-02": (13, YEAR),  # the counter of 650 stays
    "work_condition window_months 2015-01-01": (
        27, work_and_then("2024-02-01", "2025-02-01", 400, "2026-06-01", "2026-06-06")),
    "waiting_days waiting_days 2024-01-01": (  # 21 weeks and two days: the last is number 100, with five of them 102
        5, work_and_then("2025-01-01", "2026-01-01", 0, "2026-01-05", "2026-06-03")),
}

# value: (what stands instead, why euros do not move)
NAME = "the name in print; when the benefit is in force is its dates"
CHOSEN = "a history takes the long maximum or writes its own; the simulation draws it for arrivals"
CHARGED = "the ledger charges every benefit that is in force, as the list does"
AGES = "a history has no dates of birth; the simulation lives by them"
SERVICE = "services are spells of unemployment: the event log does not tell them apart yet"
INERT = {
    "municipal_share charged_benefits 2025-01-01": (["labour_market"], CHARGED),
    "municipal_share charged_benefits 2026-05-01": (["general"], CHARGED),
    "municipal_share service_days_count 2025-01-01": (False, SERVICE),
    "municipal_share service_days_charged 2025-01-01": (False, SERVICE),
    "benefits kinds.earnings_related 2015-01-01": ("toinen", NAME),
    "benefits kinds.basic 2015-01-01": ("toinen", NAME),
    "benefits kinds.labour_market 2015-01-01": ("toinen", NAME),
    "benefits kinds.general 2026-05-01": ("toinen", NAME),
    "benefits maximum_days.earnings_related 2023-01-01 short_history": (299, CHOSEN),
    "benefits maximum_days.earnings_related 2023-01-01 senior": (499, CHOSEN),
    "benefits maximum_days.basic 2023-01-01 short_history": (299, CHOSEN),
    "benefits maximum_days.basic 2023-01-01 senior": (499, CHOSEN),
    "earnings_related additional_days_end 2023-01-01": (66, AGES),
    "layoffs additional_days_charged 2025-01-01": (True, AGES),
    **{f"earnings_related additional_days 2023-01-01 {cohort}.{place}": (changed, AGES)
       for cohort in range(4) for place, changed in (("born.0", 1956), ("born.1", 1965), ("age", 60))},
}


def leaves(node, path=()):
    """Names of all values under *node*: file and key, first day of the entry, place in the value."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from leaves(below, (*path, key))
        return
    for entry in node:
        if "inert" in entry:  # the tree itself says why no run is moved
            continue
        name = f"{path[0]} {'.'.join(path[1:])} {entry['from']}"
        yield from (f"{name} {'.'.join(place)}".rstrip() for place in places(entry["value"]))


def places(value, path=()):
    """Places of the numbers in a *value*; one with no numbers inside, such as a list of names, is one place."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*path, key))
    elif isinstance(value, list) and not isinstance(value[0], str):
        for index, below in enumerate(value):
            yield from places(below, (*path, str(index)))
    else:
        yield path


def written(path):
    return YAML().load(path.read_text("utf-8"))


@pytest.fixture
def changed(tmp_path):
    """A function that loads a copy of the shipped tree in which one named value is another."""

    def load(name, value):
        tree = shutil.copytree(SHIPPED, tmp_path / "tree")
        file, key, since, *place = name.split()
        path = tree / f"{file}.yaml"
        content = entries = written(path)
        for step in key.split("."):
            entries = entries[step]
        node, step = next(entry for entry in entries if str(entry["from"]) == since), "value"
        for deeper in place[0].split(".") if place else ():
            node, step = node[step], int(deeper) if deeper.isdecimal() else deeper
        assert node[step] != value
        node[step] = value
        YAML().dump(content, path)
        return load_law(tree)

    return load


@pytest.fixture
def euros(tmp_path):
    """Euros of a history by month and benefit: classes are left out, since a new threshold renames them."""

    def price(history, law):
        path = tmp_path / "history.csv"
        path.write_text("\n".join([HEADER, *history]) + "\n", "utf-8")
        rows = price_history(read_history(path, law), law, PaymentProfile(5, 0.03, 0.8))["paid_days"]
        summed = rows.groupby(["month", "benefit"])["euros"].sum().round(2)
        return {key: cost for key, cost in summed.items() if cost}

    return price


def test_every_value_of_the_tree_moves_euros_or_is_declared_inert():
    names = [name for path in sorted(SHIPPED.glob("*.yaml")) if path.stem != SWITCHES
             for name in leaves(written(path), (path.stem,))]
    assert sorted(names) == sorted([*MOVING, *INERT])


@pytest.mark.parametrize("name", MOVING)
def test_a_changed_value_moves_euros(name, changed, euros, law):
    value, history = MOVING[name]
    assert euros(history, changed(name, value)) != euros(history, law)


EVERYTHING = [f"{place}{row[1:]}" for place, (_, history) in enumerate(MOVING.values()) for row in history] + [
    # across the maxima, 1 May 2026 and the years, with every benefit
    "lm,2025-01-01,2028-12-31,unemployed,labour_market,1,50,",
    "basic,2025-01-01,2028-12-31,unemployed,basic,1,50,",
    "short,2025-01-01,2028-12-31,unemployed,earnings_related,1,50,300",
    "long,2025-01-01,2028-12-31,unemployed,earnings_related,1,50,",
    "senior,2025-01-01,2028-12-31,unemployed,earnings_related,1,50,500"]


@pytest.mark.parametrize("name", INERT)
def test_an_inert_value_moves_no_euros_in_any_of_the_histories(name, changed, euros, law):
    value, reason = INERT[name]
    assert reason and euros(EVERYTHING, changed(name, value)) == euros(EVERYTHING, law)


@pytest.mark.parametrize(("benefit", "instead"), [("basic", "labour_market"), ("labour_market", "general")])
def test_a_benefit_that_ends_a_day_earlier_moves_its_euros_to_another(benefit, instead, tmp_path, euros, law):
    """The last day is Thursday 30 April 2026; general support begins where labour market subsidy ends."""
    tree = shutil.copytree(SHIPPED, tmp_path / "tree")
    content = written(tree / "benefits.yaml")
    content["kinds"][benefit][0]["until"] = date(2026, 4, 29)
    if instead == "general":
        content["kinds"]["general"][0]["from"] = date(2026, 4, 30)
    YAML().dump(content, tree / "benefits.yaml")
    history = [f"A,2026-04-30,2026-05-01,unemployed,{benefit},1,300,"]
    assert euros(history, law) == {("2026-04", benefit): 11.16}  # 11.163
    assert euros(history, load_law(tree)) == {("2026-04", instead): 11.16}
