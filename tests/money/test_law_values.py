"""Each value of the law tree, changed once: euros move in a history made for it, or it is declared inert."""

import shutil
from datetime import date

import pytest
from ruamel.yaml import YAML

from sim.law import load_law
from sim.law.loader import SHIPPED, SWITCHES
from sim.money.history import FOLLOWED, price_history, read_history
from sim.money.payment import PaymentProfile
from sim.money.spells import COLUMNS, OPTIONAL

HEADER = ",".join((*COLUMNS, *OPTIONAL))
LADDER = "municipal_share ladder 2025-01-01"
OLD_LADDER = "municipal_share ladder 2015-01-01"


def day(start, number, benefit="labour_market", state="unemployed", more=""):
    """A history of one paid day, a weekday early in its month, with its number; *more* are the optional columns."""
    return [f"A,{start},{start[:-1]}{int(start[-1]) + 1},{state},{benefit},1,{number - 1}{more}"]


def work_and_then(start, end, opening, back, until, benefit="earnings_related", work="lasting_work"):
    """A job, and an allowance from *back* to *until*."""
    return [f"A,{start},{end},{work},,,{opening}", f"A,{back},{until},unemployed,{benefit},1,"]


def year_and_more(start, until):
    """A year of work, then subsidy to the end of the month after the one that reaches day 300."""
    year, rest = int(start[:4]), start[4:]
    return work_and_then(f"{year - 1}{rest}", start, 0, start, until, "labour_market")


YEAR = work_and_then("2025-01-01", "2026-01-01", 650, "2026-01-05", "2026-01-17")
HALF_YEAR = work_and_then("2019-01-01", "2019-07-01", 650, "2019-07-08", "2019-07-27", "labour_market")
SUBSIDISED = work_and_then("2019-01-01", "2019-09-01", 650, "2019-09-02", "2019-09-21", "labour_market",
                           "subsidised_work")  # 8 × 0.75 = 6 months
EXCEPTION = work_and_then("2024-09-02", "2026-11-02", 650, "2026-11-02", "2026-11-14", "earnings_related",
                          "subsidised_work_exception")  # (26 - 10) × 0.75 = 12 months
ACROSS_300 = ["A,2024-02-01,2024-03-01,unemployed,labour_market,1,295"]  # twenty-one days
ALLOWANCE_FIRST = ["A,2024-02-01,2024-02-02,unemployed,basic,1,300",
                   "A,2024-03-01,2024-03-02,unemployed,labour_market,1,"]
SERVICE_OF_2024 = ["A,2024-01-01,2024-02-01,service,labour_market,1,295",
                   "A,2024-03-01,2024-03-02,unemployed,labour_market,1,"]
SERVICE_OF_2026 = ["A,2026-01-05,2026-01-17,service,basic,1,95", "A,2026-02-02,2026-02-03,unemployed,basic,1,"]

# value: (what stands instead, the history whose euros move)
MOVING = {
    f"{OLD_LADDER} thresholds.0": (301, day("2024-02-05", 301)),
    f"{OLD_LADDER} thresholds.1": (1001, day("2024-02-05", 1001)),
    f"{OLD_LADDER} shares.0": (0.01, day("2024-02-05", 300)),
    f"{OLD_LADDER} shares.1": (0.51, day("2024-02-05", 301)),
    f"{OLD_LADDER} shares.2": (0.71, day("2024-02-05", 1001)),
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
    "municipal_share charged_benefits 2015-01-01": (["basic"], day("2024-02-05", 301)),
    "municipal_share charged_benefits 2025-01-01": (["labour_market"], day("2026-02-03", 101, "basic")),
    "municipal_share charged_benefits 2026-05-01": (["general"], day("2026-06-02", 101, "earnings_related")),
    "municipal_share counted_days 2015-01-01": ("all_benefits", ALLOWANCE_FIRST),
    "municipal_share counted_days 2025-01-01": ("labour_market", day("2026-02-03", 101, "basic")),
    "municipal_share step_change 2015-01-01": ("by_day", ACROSS_300),
    "municipal_share service_days_count 2015-01-01": (True, SERVICE_OF_2024),
    "municipal_share service_days_count 2025-01-01": (False, SERVICE_OF_2026),
    "municipal_share service_days_charged 2015-01-01": (True, day("2024-02-05", 301, state="service")),
    "municipal_share service_days_charged 2025-01-01": (False, day("2026-02-03", 101, state="service")),
    "layoffs earnings_related_charged 2025-01-01": (True, day("2026-02-03", 101, "earnings_related", "laid_off")),
    "layoffs kela_benefits_charged 2025-01-01": (False, day("2026-02-03", 101, "basic", "laid_off")),
    "layoffs additional_days_charged 2025-01-01": (True, day("2026-02-03", 401, "additional_days")),
    "subsidised_work pay_subsidy 2015-01-01 share": (0.5, SUBSIDISED),
    "subsidised_work pay_subsidy 2015-01-01 after_months": (1, SUBSIDISED),
    "subsidised_work pay_subsidy 2024-09-02 share": (1, work_and_then(
        "2025-01-01", "2026-01-01", 650, "2026-01-05", "2026-01-17", work="subsidised_work")),
    "subsidised_work pay_subsidy_exceptions 2024-09-02 share": (0.5, EXCEPTION),
    "subsidised_work pay_subsidy_exceptions 2024-09-02 after_months": (11, EXCEPTION),
    "benefits basic_amount 2015-01-01": (37.77, day("2015-02-03", 301)),
    "benefits basic_amount 2016-01-01": (37.77, day("2016-02-03", 301)),
    "benefits basic_amount 2017-01-01": (37.77, day("2019-02-05", 301)),
    "benefits basic_amount 2020-01-01": (37.77, day("2020-02-03", 301)),
    "benefits basic_amount 2021-01-01": (37.77, day("2021-02-03", 301)),
    "benefits basic_amount 2022-01-01": (37.77, day("2022-02-03", 301)),
    "benefits basic_amount 2022-08-01": (37.77, day("2022-09-05", 301)),
    "benefits basic_amount 2023-01-01": (37.77, day("2026-02-03", 701)),
    "benefits basic_amount 2027-01-01": (37.77, day("2027-02-03", 701)),
    "benefits basic_amount 2028-01-01": (37.77, day("2028-02-03", 701)),
    **{f"benefits maximum_days.{benefit} {since} long_history": (most + 1, day(start, most + 1, benefit, more=",,400"))
       for benefit in ("earnings_related", "basic")  # of the subsidy after it, the municipality pays
       for since, most, start in (("2015-01-01", 500, "2016-02-03"), ("2017-01-01", 400, "2018-02-05"))},
    "benefits maximum_days.earnings_related 2023-01-01 long_history": (
        399, day("2026-02-03", 400, "earnings_related")),  # to labour market subsidy
    "benefits maximum_days.basic 2023-01-01 long_history": (399, day("2026-02-03", 400, "basic")),
    "work_condition weeks 2015-01-01": (52, HALF_YEAR),
    "work_condition months 2024-09-02": (13, YEAR),  # the counter of 650 stays
    "work_condition window_months 2015-01-01": (
        27, work_and_then("2024-02-01", "2025-02-01", 400, "2026-06-01", "2026-06-06")),
    # from the first day, waiting days and 300 more end with the last benefit day of a month
    "waiting_days waiting_days 2015-01-01": (6, year_and_more("2015-03-02", "2016-06-01")),
    "waiting_days waiting_days 2017-01-01": (8, year_and_more("2017-01-26", "2018-05-01")),
    "waiting_days waiting_days 2018-01-01": (6, year_and_more("2018-04-02", "2019-07-01")),
    "waiting_days waiting_days 2023-01-01": (6, year_and_more("2023-03-01", "2024-06-01")),
    "waiting_days waiting_days 2024-01-01": (  # 21 weeks and two days: the last is number 100, with five of them 102
        5, work_and_then("2025-01-01", "2026-01-01", 0, "2026-01-05", "2026-06-03")),
}

# value: (what stands instead, why euros do not move)
NAME = "the name in print; when the benefit is in force is its dates"
CHOSEN = "a history takes the long maximum or writes its own; the simulation draws it for arrivals"
INVOICE = "the month in which Kela sends the invoice; euros go by the month of payment"
AGES = "a history has no dates of birth; the simulation lives by them"
INERT = {
    "billing invoice_lag 2015-01-01": (2, INVOICE),
    "billing invoice_lag 2025-01-01": (2, INVOICE),
    "subsidised_work pay_subsidy 2024-09-02 after_months": (10, "of a share of nothing"),
    "benefits kinds.earnings_related 2015-01-01": ("toinen", NAME),
    "benefits kinds.basic 2015-01-01": ("toinen", NAME),
    "benefits kinds.labour_market 2015-01-01": ("toinen", NAME),
    "benefits kinds.general 2026-05-01": ("toinen", NAME),
    "integration support_amount 2027-01-01": (30.0, "a draft, which histories do not follow"),
    **{f"benefits maximum_days.{benefit} {since} {length}": (299, CHOSEN)
       for benefit in ("earnings_related", "basic") for since in ("2015-01-01", "2017-01-01", "2023-01-01")
       for length in ("short_history", "senior")},
    "earnings_related additional_days_end 2023-01-01": (66, AGES),
    **{f"earnings_related additional_days 2023-01-01 {cohort}.{place}": (changed, AGES)
       for cohort in range(4) for place, changed in (("born.0", 1956), ("born.1", 1965), ("age", 60))},
}

# switch: (another alternative, the history whose euros move)
SWITCHED = {
    "services_before_2025": ("included", ["A,2024-12-02,2024-12-07,service,labour_market,1,96",
                                          "A,2025-01-02,2025-01-03,unemployed,labour_market,1,"]),
    "adjusted_days": ("full_day_equivalents", ["A,2026-02-02,2026-03-01,unemployed,labour_market,0.5,90"]),
    "layoff_days": ("not_counted", ["A,2026-02-02,2026-02-07,laid_off,earnings_related,1,96",
                                    "A,2026-02-09,2026-02-10,unemployed,earnings_related,1,"]),
    "layoff_share": ("not_charged", day("2026-02-03", 101, "basic", "laid_off")),
    "reset_of_non_members": ("never", work_and_then(
        "2025-05-01", "2026-05-01", 650, "2026-05-04", "2026-05-16", "basic")),
    "step_change": ("by_payment_period", ["A,2026-02-02,2026-02-07,unemployed,labour_market,1,98"]),
}


def leaves(node, path=()):
    """Names of all values under *node*: file and key, first day of the entry, place in the value."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from leaves(below, (*path, key))
        return
    for entry in node:
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
        rows = [row + "," * (HEADER.count(",") - row.count(",")) for row in history]
        path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
        rows = price_history(read_history(path, law), law, PaymentProfile(5, 0.03, 0.8))["paid_days"]
        summed = rows.groupby(["month", "benefit"])["euros"].sum().round(2)
        return {key: cost for key, cost in summed.items() if cost}

    return price


def test_every_value_that_is_used_moves_euros_or_is_declared_inert(law):
    """Those that no part of the program uses say so in the tree (tests/law/test_topics.py); contacts price nothing."""
    used = {f"{value.path.stem} {value.key} " for value in law.priced()}
    names = [name for path in sorted(SHIPPED.glob("*.yaml")) if path.stem != SWITCHES
             for name in leaves(written(path), (path.stem,)) if name.startswith(tuple(used))]
    assert sorted(names) == sorted([*MOVING, *INERT])


def test_every_switch_that_histories_follow_has_two_prices():
    assert set(SWITCHED) == set(FOLLOWED)


@pytest.mark.parametrize("name", SWITCHED)
def test_another_answer_to_an_open_question_moves_euros(name, euros, law):
    alternative, history = SWITCHED[name]
    assert euros(history, load_law(choices={name: alternative})) != euros(history, law)
    assert euros(history, load_law(choices={name: law.switches[name].default})) == euros(history, law)


@pytest.mark.parametrize("name", MOVING)
def test_a_changed_value_moves_euros(name, changed, euros, law):
    value, history = MOVING[name]
    assert euros(history, changed(name, value)) != euros(history, law)


EVERYTHING = [f"{place}{row[1:]}" for place, (_, history) in enumerate(MOVING.values()) for row in history] + [
    # across the maxima, 1 May 2026 and the years, with every benefit
    "lm,2025-01-01,2028-12-31,unemployed,labour_market,1,50",
    "basic,2015-01-01,2028-12-31,unemployed,basic,1,50",
    "short,2025-01-01,2028-12-31,unemployed,earnings_related,1,50,300",
    "long,2015-01-01,2028-12-31,unemployed,earnings_related,1,50",
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
        share = written(tree / "municipal_share.yaml")
        _, before, after = share["charged_benefits"]
        before["until"], after["from"] = date(2026, 4, 29), date(2026, 4, 30)
        YAML().dump(share, tree / "municipal_share.yaml")
    YAML().dump(content, tree / "benefits.yaml")
    history = [f"A,2026-04-30,2026-05-01,unemployed,{benefit},1,300,"]
    assert euros(history, law) == {("2026-04", benefit): 11.16}  # 11.163
    assert euros(history, load_law(tree)) == {("2026-04", instead): 11.16}
