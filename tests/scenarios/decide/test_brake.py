"""The brake: its parts are the difference of two full runs, its package adds up, and the greedy choice is by hand."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import scenarios.decide.brake as module
from app.brake import euros_of
from app.cli import app
from reports.brake import brake_finding, brake_tables, within_line
from reports.charts.brake import brake_chart
from scenarios.decide.bench import Bench
from scenarios.decide.brake import INTERACTION, PACKAGE, brake, stopped
from scenarios.decide.brake_file import brake_path, kept_brakes, write_brake
from scenarios.decide.deadlines import rebilled_contracts
from scenarios.decide.stops import stoppable, stops
from scenarios.mix import load_mix
from scenarios.run import run
from scenarios.scenario import read_scenario
from scenarios.stored import open_run
from sources.area import data_root, load_area
from sources.errors import InputError

YEAR, DECIDED, LEVERS = 2026, date(2026, 8, 25), ("pay_subsidy_companies", "job_search_coaching_bought")
MIX = load_mix(load_area("lahti", data_root()))
KEPT = [name for name in stoppable(MIX) if name not in LEVERS and name != "guidance_grant"]
TOTALS = ("benefit_share", "operating", "net")


@pytest.fixture(scope="module")
def asked():
    return read_scenario("baseline").model_copy(update={"until": "2026-12", "draws": 2})


@pytest.fixture(scope="module")
def bench(unit_store):
    return Bench(data_root(), unit_store, 1)


@pytest.fixture(scope="module")
def told(bench, asked):
    """Two levers whose savings do not close a million."""
    return brake(bench, asked, YEAR, 1e6, DECIDED, 2, KEPT)


@pytest.fixture(scope="module")
def full_runs(told, bench, asked, stored_served):
    """Tables of the run of the baseline, simulated by itself, and of that of the scenario that stops a contract."""
    chosen = next(stop for stop in stops(MIX, DECIDED, date(2026, 9, 1), date(2026, 12, 31)) if stop.name == LEVERS[0])
    scenario = stopped(asked, [chosen], DECIDED)
    return [stored_served.outcome.tables, run(scenario, data_root(), 1, store=bench.store).tables]


def part(told, lever, name, line="total"):
    parts = told.parts
    rows = parts[(parts["lever"] == lever) & (parts["object"] == name) & (parts["line"] == line)
                 & (parts["year"] == YEAR) & parts["part"].isin(("", "euros"))]
    return float(rows["difference"].iloc[0])


def test_parts_are_the_difference_of_two_full_runs_to_the_cent(told, full_runs):
    """Objects from the table ``net``, contracts from ``operating_account``, day classes from ``years``."""
    net = [each["net"][(each["net"]["month"] == "2026-12") & (each["net"]["span"] == "year_to_date")]
           .set_index(["object", "line"])["mean"] for each in full_runs]
    for name in TOTALS:
        assert part(told, LEVERS[0], name) == pytest.approx(net[1][name, "total"] - net[0][name, "total"], abs=0.011)
    bills = [each["operating_account"].groupby("contract")["euros"].sum() / 2 for each in full_runs]
    for contract in bills[0].index:
        assert part(told, LEVERS[0], "contract", contract) == pytest.approx(
            bills[1].get(contract, 0.0) - bills[0][contract], abs=0.011)
    years = [each["years"].set_index("line")["mean"] for each in full_runs]
    assert len(years[0]) >= 6
    for line in years[0].index:
        assert part(told, LEVERS[0], "benefit_share", line) == pytest.approx(years[1][line] - years[0][line], abs=0.011)


def test_committed_and_saved_are_what_the_baseline_pays_for_the_contract(told, full_runs):
    account = full_runs[0]["operating_account"].groupby("contract")["euros"].sum() / 2
    for name, row in told.levers.iterrows():
        assert row["committed"] + row["saved"] == pytest.approx(account[name], abs=0.02)
        assert 0 < row["committed"] < account[name]


def test_the_package_is_its_parts_and_the_interaction(told):
    assert set(told.levers.index[told.levers["taken"]]) == set(LEVERS) and not told.closes
    for name in TOTALS:
        parts = sum(part(told, lever, name) for lever in LEVERS)
        assert part(told, PACKAGE, name) == pytest.approx(parts + part(told, INTERACTION, name), abs=0.03)
    assert told.package["operating"] == part(told, PACKAGE, "operating")
    for lever in (*LEVERS, PACKAGE):
        whole = part(told, lever, "benefit_share") + part(told, lever, "operating")
        assert part(told, lever, "net") == pytest.approx(whole, abs=0.03)  # income does not move


def test_what_cannot_be_saved_in_the_year_is_no_lever(told):
    assert set(told.levers.index) == set(LEVERS)
    assert dict(told.idle[["contract", "why"]].to_numpy()) == {"guidance_grant": "too_late"}  # a year's notice
    assert (told.levers["statutory_class"] == "appropriation_dependent").all()


def test_billing_again_and_simulating_agree_on_what_a_stop_saves(told, stored_served):
    """Nobody else's start is the contract's, so its own bills fall by those who no longer start in it."""
    run = open_run(stored_served.folder)
    contracts = {one.name: one for one in rebilled_contracts(run, data_root())[0]}
    for name in LEVERS:
        assert contracts[name].saved(DECIDED, YEAR) == pytest.approx(told.levers.loc[name, "saved"], rel=0.02, abs=2000)


class Table:
    """A bench on which levers save what they are said to, less 10 for each beyond the first."""

    def __init__(self, saved: dict[str, float]) -> None:
        self.saved, self.tried, self.workers = saved, [], 1

    def prepared(self, scenario):
        return scenario.title.removeprefix("Jarru: ").split(", ")

    def measured(self, prepared, draws):
        self.tried += prepared
        return [measures(-sum(self.saved[name] for name in names) + 10 * (len(names) - 1)) for names in prepared]


def measures(operating: float) -> pd.DataFrame:
    keys = pd.MultiIndex.from_tuples([(name, "total", "", YEAR) for name in TOTALS],
                                     names=["object", "line", "part", "year"])
    units = pd.MultiIndex.from_product([range(4), [0]], names=["draw", "replication"])
    return pd.DataFrame([[0.0] * 4, [operating] * 4, [operating] * 4], keys, units)


@pytest.mark.parametrize(("gap", "taken", "tried"), [
    (100, ["a"], 1), (101, ["a", "b"], 1), (140, ["a", "b"], 1), (145, ["a", "b", "c"], 2), (161, ["a", "b", "c"], 1)])
def test_the_first_levers_that_close_the_gap_together_are_taken(asked, gap, taken, tried):
    """a saves 100, b 50, c 30: two of them 140 together, all of them 160. 145 looks closed by two, and is not."""
    saved = {"a": 100.0, "b": 50.0, "c": 30.0, "d": 0.0}
    levers = pd.DataFrame({"towards_gap": saved.values(), "standing": [*["unknown"] * 3, "no_saving"]}, list(saved))
    active = [SimpleNamespace(name=name, contract=SimpleNamespace(title=name), changes=()) for name in saved]
    bench, before = Table(saved), module._from_year(measures(0.0), YEAR)
    names, whole, package = module._package(bench, asked, levers, active, DECIDED, 4, gap, YEAR, before)
    assert names == taken and len(bench.tried) == tried
    assert package["towards_gap"] == sum(saved[name] for name in taken) - 10 * (len(taken) - 1)
    assert whole.loc[("operating", "total", "", YEAR)].iloc[0] == -package["towards_gap"]


def test_tables_chart_and_sentences_say_what_is_not_known(told, tmp_path, capsys):
    Console(width=120).print(brake_tables(told))
    printed = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Palkkatuki yrityksille" in printed and "ei erotu" in printed and "± ?" in printed  # one pair of draws
    assert "Ei ehdi loppua vuonna 2026: Avustus nuorten ohjaukseen" in printed and "Yhteisvaikutus" in printed
    assert "Ei ennusteessa, eikä siksi hinnassa: 2027 ja 2028" in printed and "…" not in printed
    finding = brake_finding(told).replace("\u00a0", " ")
    assert finding.startswith("Aukko 1,00 M€ ei sulkeudu") and "ei erotu nollasta" in finding
    closed = brake_finding(replace(told, gap=1e5)).replace("\u00a0", " ")
    assert closed.startswith("Aukko 0,10 M€ sulkeutuisi: 2 jarrua säästäisi")  # one pair of draws tells no saving
    assert "säästö ei erotu nollasta (2 vetoa)" in closed
    package = pd.Series({**told.package, "operating_certain": True})
    sure = brake_finding(replace(told, gap=1e5, package=package))
    assert sure.replace("\u00a0", " ").startswith("Aukko 0,10 M€ sulkeutuu: 2 jarrua säästää")
    assert "määrärahassa 2026" in within_line(told)
    figure = brake_chart(told, source="x", date=DECIDED)
    [axes] = figure.axes
    widths = [bar.get_width() for bar in axes.patches[:len(told.levers)]]
    assert widths == pytest.approx((told.levers["operating"] / 1e3).to_list())


def test_the_command_prints_json_and_writes_both_files(told, tmp_path, monkeypatch):
    heard = {}

    def answered(bench, scenario, *arguments):
        heard.update(zip(("year", "gap", "decided", "draws", "keep"), arguments, strict=True))
        return told

    monkeypatch.setattr(module, "brake", answered)
    result = CliRunner().invoke(app, ["brake", "--year", "2026", "--gap", "1,5M€", "--decided", "2026-08-25", "--keep",
                                      "lahti_supplement", "--results", str(tmp_path), "--json"])
    printed = json.loads(result.stdout)
    assert heard == {"year": 2026, "gap": 1.5e6, "decided": DECIDED, "draws": 8, "keep": ["lahti_supplement"]}
    assert [row["contract"] for row in printed["levers"]] == list(told.levers.index) and printed["closes"] is False
    assert printed["years"] == [2026] and printed["package"]["share_certain"] is False
    assert printed["levers"][0]["operating_margin"] is None  # nothing is known of it from one pair
    assert len(pd.read_parquet(printed["table"])) == len(told.parts) and (tmp_path / "brake-lahti-2026.png").exists()


def test_an_answer_that_was_kept_tells_the_same(told, tmp_path, capsys):
    write_brake(told, brake_path(tmp_path, "lahti", told.year))
    run = SimpleNamespace(name="koe", manifest={"scenario": {"area": "lahti"}, "hashes": told.made_from},
                          base_month=told.newest, last_month=told.newest + 20)
    [kept] = kept_brakes(run, tmp_path)
    hashes = {**told.made_from, "budget": "other", "services": None, "scenario": "other"}
    other, heard = SimpleNamespace(**vars(run) | {"manifest": {**run.manifest, "hashes": hashes}}), []
    assert kept_brakes(other, tmp_path, heard.append) == []  # another budget; no services is no other services
    assert heard == ["brake-lahti-2026.json is left out: it was made from other budget than koe; ask again with "
                     "kuntaosuus brake"]
    for each in (told, kept):
        Console(width=120).print(brake_tables(each), brake_finding(each), within_line(each))
    printed = capsys.readouterr().out
    assert printed[:len(printed) // 2] == printed[len(printed) // 2:]
    pd.testing.assert_frame_equal(kept.parts, told.parts, check_dtype=False)
    assert (kept.closes, kept.reached, kept.scenario.title) == (told.closes, told.reached, told.scenario.title)
    spoiled = brake_path(tmp_path, "lahti", 2027)
    spoiled.write_text('{"year": 2027}', "utf-8")
    with pytest.raises(InputError, match="is no answer of kuntaosuus brake"):
        kept_brakes(run, tmp_path)


@pytest.mark.parametrize(("options", "fault"), [
    (["--gap", "x"], "is no amount of euros"), (["--gap", "1.500"], "is no amount"), (["--gap", "0"], "is no amount"),
    (["--gap", "1M", "--draws", "3"], "is odd"), (["--gap", "1M", "--decided", "soon"], "write it like 2026-12-15")])
def test_a_wrong_option_is_told_in_a_line(options, fault, tmp_path):
    result = CliRunner().invoke(app, ["brake", "--year", "2027", *options, "--results", str(tmp_path)])
    assert result.exit_code == 2 and fault in " ".join(result.stderr.split()) and "Traceback" not in result.output


def test_what_cannot_be_asked_is_told(bench, asked):
    for changes, year, fault in (({}, 2027, "is not simulated"), ({}, 2035, "has no budget"),
                                 ({"services": False}, YEAR, "nothing to stop")):
        with pytest.raises(InputError, match=fault):
            brake(bench, asked.model_copy(update=changes), year, 1e6, DECIDED, 2)


@pytest.mark.parametrize(("written", "euros"), [
    ("1.5M", 1.5e6), ("1,5 M€", 1.5e6), ("1500000", 1.5e6), ("1 500 000 €", 1.5e6), ("800k", 8e5), ("12,50", 12.5)])
def test_amounts_are_read_as_planners_write_them(written, euros):
    assert euros_of(written) == euros
