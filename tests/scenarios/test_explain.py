"""Explanations: they add up to the account, to the cent, and each row to its own factors."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from scenarios.explain import PricedUnit, explain_cell, explain_client
from scenarios.reprice import reprice
from scenarios.stored import open_run
from sim.law.benefits import Benefit
from sim.law.loader import load_law
from sources.errors import InputError

CLASSES = ("0-100", "101-200", "201-300", "301-400", "401-700", "701-")


@pytest.fixture(scope="module")
def run(stored):
    return open_run(stored.folder)


@pytest.fixture(scope="module")
def unit(run):
    return PricedUnit(run, "1.1")


@pytest.fixture(scope="module")
def cell(unit):
    return explain_cell(unit, "2027-03", "401-700")


def all_cells(unit, step=1):
    """Explanations of every *step*-th month and all classes, by (month, class)."""
    months = unit.run.account["month"].unique()[::step]
    return {(month, day_class): explain_cell(unit, month, day_class) for month in months for day_class in CLASSES}


@pytest.fixture(scope="module")
def cells(unit):
    return all_cells(unit)


def hold_against_the_account(unit, cells):
    account = unit.run.account.query("draw == @unit.key[0] and replication == @unit.key[1] and euros != 0")
    euros = account.set_index(["month", "day_class", "benefit"])["euros"].to_dict()
    euros = {place: euro for place, euro in euros.items() if place[:2] in cells}
    seen = {(*place, row.benefit): row for place, told in cells.items() for row in told.sums.itertuples()}
    assert len(euros) >= 5 * len(cells) / len(CLASSES)
    for place, euro in euros.items():
        row = seen.pop(place)
        assert row.account == euro
        assert row.paid + row.accrued + row.slips == pytest.approx(euro, abs=0.00501)
    assert all(abs(row.explained) < 0.005 for row in seen.values())


def test_explained_sums_are_the_account_of_every_month_and_class_to_the_cent(unit, cells):
    hold_against_the_account(unit, cells)


@pytest.mark.parametrize("key", ["0.0", "0.1", "1.0"])
def test_so_they_are_in_the_other_units(run, key):
    one = PricedUnit(run, key)
    hold_against_the_account(one, all_cells(one, step=5))


def test_so_they_are_under_other_answers_and_steps_that_change_on_the_way(copy_of_run, law_with, later_ladder):
    law = load_law(law_with(later_ladder("2027-07-01", ("300, 400, 700]", "300, 400, 600]"))), {
        "adjusted_days": "full_day_equivalents", "step_change": "by_payment_period", "integration_exemption": "exempt",
        "integration_support": "draft"})
    one = PricedUnit(open_run(reprice(open_run(copy_of_run), law, 1).write({})[1]), "1.0")
    told = {(month, label): explain_cell(one, month, label) for month in ("2026-09", "2027-07", "2028-03")
            for label in one.pricing.labels}
    assert sum(cell.sums["account"].abs().sum() for cell in told.values()) > 1e6
    for cell in told.values():
        assert (cell.sums["explained"] - cell.sums["account"]).abs().max() <= 0.00501 or cell.sums.empty
    march = told[("2028-03", "401-600")].paid
    assert set(march["charged"].round(4)) >= {1.0, 0.75} and (march["charged"] <= 1).all()
    rules = {rule.key for rule in told[("2028-03", "401-600")].rules if rule.name == "switch"}
    assert rules == {"adjusted_days", "step_change", "integration_exemption", "integration_support"}
    assert (march["first_day"] > 390).all() and march["share"].isin([0.3, 0.4]).all()


def test_each_row_is_days_times_share_times_amount_times_utilisation_times_the_part_paid(cell):
    for part in (cell.paid, cell.accrued):
        product = part["days"] * part["share"] * part["basic_amount"] * part["utilisation"] * part["paid_share"]
        assert (part["charged"] == 1).all()
        assert part["euros"].to_numpy() == pytest.approx(product.to_numpy(), rel=1e-12)
    assert (cell.paid["share"] == 0.40).all() and (cell.paid["basic_amount"] == 37.21).all()
    assert len(cell.paid) > 1000


def test_dates_and_counter_of_each_row_span_its_days(cell):
    """Benefit days are Monday to Friday: numpy counts them by itself."""
    first, last = (cell.paid[name].to_numpy().astype("datetime64[D]") for name in ("first", "last"))
    assert (np.busday_count(first, last + 1) == cell.paid["days"]).all()
    assert np.is_busday(first).all() and np.is_busday(last).all()
    assert (first.astype("datetime64[M]") == last.astype("datetime64[M]")).all()
    assert (cell.paid["last_day"] - cell.paid["first_day"] + 1 == cell.paid["days"]).all()
    assert cell.paid["first_day"].min() == 401 and cell.paid["last_day"].max() == 700
    assert last.max() < np.datetime64("2027-04-01")  # no day is paid before it has been


def test_rows_lie_in_the_spell_that_they_name(cell, unit):
    log = unit.log.assign(spell=unit.log.groupby("client").cumcount() + 1).set_index(["client", "spell"])
    rows = cell.paid.sample(200, random_state=1)
    spells = log.loc[list(zip(rows["client"], rows["spell"], strict=True))]
    origin = np.datetime64("2026-09-01")
    first, last = ((rows[name].to_numpy().astype("datetime64[D]") - origin).astype(int) for name in ("first", "last"))
    assert (spells["state"] == 0).all()
    assert (first >= spells["start"]).all() and (last < spells["end"]).all()


def test_days_before_the_first_month_are_in_the_first_ones_and_in_none_after_their_profile(unit, run):
    """Days of August, the last month before, are paid within 20 + 60 benefit days and the delay: by January."""
    autumn, later = (explain_cell(unit, month, "701-") for month in ("2026-09", "2027-06"))
    assert set(autumn.accrued["last"].str[:7]) >= {"2026-07", "2026-08"} and later.accrued.empty
    accrued = np.array(json.loads((run.events / "pricing.json").read_text())["accrued"])
    august = autumn.accrued[autumn.accrued["last"] == "2026-08-31"]
    assert august["days"].sum() == pytest.approx(accrued[-1, :, 5].sum())


def test_slips_out_of_a_month_are_the_next_ones_slips_in(unit):
    here, after = (explain_cell(unit, month, "701-").slips.set_index(["direction", "benefit"])
                   for month in ("2027-03", "2027-04"))
    assert here.loc[("out", "general"), "euros"] == -after.loc[("in", "general"), "euros"] != 0
    assert "in" not in explain_cell(unit, "2026-09", "701-").slips["direction"].tolist()
    assert "out" not in explain_cell(unit, "2028-12", "701-").slips["direction"].tolist()


def test_rules_name_source_file_and_key(cell, run):
    rules = {rule.number: rule for rule in cell.rules}
    named = {(rule.name, rule.file, rule.key) for rule in rules.values()}
    assert {("ladder", "municipal_share.yaml", "ladder"), ("basic_amount", "benefits.yaml", "basic_amount"),
            ("benefit", "benefits.yaml", "kinds.general"),
            ("payment", "lahti/calibration/2026-08/calibration.yaml", "payment")} <= named
    law = load_law(run.folder / "law")
    for row in cell.paid.sample(50, random_state=2).itertuples():
        own = {rules[each].name: rules[each] for each in row.rules}
        assert own["basic_amount"].since <= row.first and (own["basic_amount"].until or "9999") >= row.last
        assert own["basic_amount"].value == row.basic_amount and own["ladder"].value[cell.day_class] == row.share
        assert own["benefit"].value == law.benefit_kinds[Benefit[row.benefit.upper()]].on(date(2027, 1, 1))
        assert own["utilisation"].value[4] == row.utilisation


def test_all_months_and_classes_of_a_client_add_up_to_what_the_client_is_paid(unit, cells):
    busy = unit.log.groupby("client").size().idxmax()
    told = explain_client(unit, int(busy))
    euros = sum(told.paid.loc[told.paid["client"] == busy, "euros"].sum() for told in cells.values())
    assert told.payments["euros"].sum() == pytest.approx(euros, abs=1e-8)  # slips move euros and lose none
    assert told.paid["paid_euros"].sum() == pytest.approx(euros, abs=1e-8)
    assert (told.paid["paid_from"] <= told.paid["paid_to"]).all()
    assert (told.paid["paid_from"] >= told.paid["first"].str[:7]).all()


def test_a_clients_spells_follow_on_each_other_and_carry_the_counter(unit):
    busy = unit.log.groupby("client").size().idxmax()
    told = explain_client(unit, int(busy))
    ends = pd.to_datetime(told.spells["last"].iloc[:-1]).to_numpy() + np.timedelta64(1, "D")
    assert (ends == pd.to_datetime(told.spells["first"].iloc[1:]).to_numpy()).all()
    for spell in told.spells[told.spells["state"] == "unemployed"].itertuples():
        paid = told.paid[told.paid["spell"] == spell.spell]
        days = np.busday_count(spell.first, np.datetime64(spell.last or "2028-12-31") + 1)
        assert paid["days"].sum() == max(days + min(spell.counter, 0), 0)  # waiting days are not paid
        if len(paid):
            assert paid["first_day"].iloc[0] == max(spell.counter, 0) + 1


def test_who_a_client_is(unit, stored):
    opening = stored.outcome.plan.opening
    first, new = explain_client(unit, 0).person, explain_client(unit, len(opening)).person
    assert first["arrived"] == "opening" and first["maximum_days"] == opening.maximum_days[0]
    assert first["age_group"] in ("15-24", "25-49", "50+") and first["since"] <= "2026-09-01"
    assert new["arrived"] == "2026-09" == new["since"][:7]


def test_the_median_unit_is_taken_by_default(run):
    """Of four totals the second smallest."""
    totals = run.account.groupby(["draw", "replication"])["euros"].sum().sort_values()
    assert PricedUnit(run).key == totals.index[1]


def test_a_repriced_run_is_explained_under_its_own_law(copy_of_run, law_with):
    law = load_law(law_with(
        ("municipal_share.yaml", "[100, 200, 300, 400, 700]", "[100, 250, 400, 500, 700, 1000]"),
        ("municipal_share.yaml", "[0, 0.10, 0.20, 0.30, 0.40, 0.50]", "[0, 0.10, 0.30, 0.40, 0.45, 0.50, 0.60]")))
    _, folder = reprice(open_run(copy_of_run), law, 1).write({})
    one = PricedUnit(open_run(folder), "0.0")
    for month in ("2026-09", "2026-12", "2027-05"):
        for day_class, share in (("101-250", 0.1), ("251-400", 0.3), ("501-700", 0.45), ("1001-", 0.6)):
            told = explain_cell(one, month, day_class)
            assert set(told.paid["share"]) == {share}
            assert told.sums["explained"].to_numpy() == pytest.approx(told.sums["account"].to_numpy(), abs=0.00501)
            assert told.sums["account"].sum() > 1000


def test_a_sum_that_is_not_the_accounts_is_a_fault(copy_of_run):
    path = copy_of_run / "account.parquet"
    account = pd.read_parquet(path)
    place = account.query("draw == 0 and replication == 0 and month == '2027-03' and day_class == '701-'").index[-1]
    account.loc[place, "euros"] += 0.01
    account.to_parquet(path, index=False)
    one = PricedUnit(open_run(copy_of_run), "0.0")
    with pytest.raises(InputError, match=r"account\.parquet: 2027-03, 701-, general: holds .* the explanation adds up"):
        explain_cell(one, "2027-03", "701-")
    explain_cell(one, "2027-04", "701-")


def test_json_holds_all_rows(cell):
    told = json.loads(json.dumps(cell.as_json()))
    assert len(told["paid"]) == len(cell.paid) and told["paid"][0]["rules"] == cell.paid["rules"].iloc[0]
    assert sum(row["euros"] for row in told["paid"]) == pytest.approx(cell.sums["paid"].sum())
    assert told["draw"] == 1 and told["replication"] == 1 and told["median"] is False


@pytest.mark.parametrize(("month", "day_class", "words"), [
    ("2027-3", "701-", "option --month 2027-3.*write it like 2027-03"),
    ("2026-08", "701-", "not among the run's forecast months.*from 2026-09 to 2028-12"),
    ("2029-01", "701-", "from 2026-09 to 2028-12"),
    ("2027-03", "401-800", "no day class of the run.*write 401-700"),
    ("2027-03", "kaikki", "use one of 0-100, 101-200"),
])
def test_an_unknown_month_or_class_is_told(unit, month, day_class, words):
    with pytest.raises(InputError, match=words):
        explain_cell(unit, month, day_class)


@pytest.mark.parametrize("client", [-1, 10**6])
def test_an_unknown_client_is_told(unit, client):
    with pytest.raises(InputError, match=rf"option --client {client}: is no client of unit 1\.1.*from 0 to \d+"):
        explain_client(unit, client)


@pytest.mark.parametrize("written", ["2", "0.2", "x", "-1", "1.", "0.0.0", ""])
def test_an_unknown_unit_is_told(run, written):
    if written == "1.":
        assert run.unit(written) == (1, 0)
        return
    with pytest.raises(InputError, match=r"option --unit.*from 0\.0 to 1\.1"):
        run.unit(written)
