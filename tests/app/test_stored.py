"""The commands ``kuntaosuus reprice`` and ``kuntaosuus explain`` as a planner and an auditor meet them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.law.loader import SHIPPED

SMALL = ["--no-services", "--draws", "2", "--replications", "1", "--workers", "1", "--no-exposure"]


@pytest.fixture
def explain(kuntaosuus, stored):
    return lambda *arguments: kuntaosuus("explain", stored.folder.name[:20], *arguments, "--results", stored.results)


def test_an_explained_cell_as_json_is_the_account(explain, stored):
    printed = json.loads(explain("--month", "2027-03", "--class", "701-", "--unit", "1.0", "--json").stdout)
    account = pd.read_parquet(stored.folder / "account.parquet").query(
        "draw == 1 and replication == 0 and month == '2027-03' and day_class == '701-' and euros != 0")
    assert [(row["benefit"], row["account"]) for row in printed["sums"]] == list(
        zip(account["benefit"], account["euros"], strict=True))
    euros = sum(row["euros"] for part in ("paid", "accrued", "slips") for row in printed[part])
    assert round(euros, 2) == pytest.approx(account["euros"].sum(), abs=0.001)
    assert set(printed["paid"][0]) >= {"client", "spell", "first", "last", "first_day", "days", "share", "basic_amount",
                                       "utilisation", "paid_share", "euros", "rules"}


def test_an_explained_cell_as_text_names_the_unit_the_sum_and_the_rules(explain, stored):
    printed = explain("--month", "2027-03", "--class", "401–700", "--limit", "5").stdout
    totals = pd.read_parquet(stored.folder / "account.parquet").groupby(["draw", "replication"])["euros"].sum()
    draw, replication = totals.sort_values().index[1]  # of four the lower of the middle two
    assert f"Yksikkö {draw}.{replication}" in printed and "mediaani" in printed and "simuloituja" in printed
    assert "= tilin rivi" in printed and "muuta riviä" in printed and "yleistuki" in printed
    assert "municipal_share.yaml: ladder" in printed and "benefits.yaml: kinds.general" in printed
    assert "…" not in printed.replace("…  ", "")  # no figure is cut short


@pytest.mark.parametrize("month", ["2026-09", "2028-12"])
def test_the_widest_cells_are_not_cut_short(explain, month):
    printed = explain("--month", month, "--class", "701-").stdout
    assert "…" not in printed.replace("…  ", "")
    assert ("\n ennen " in printed) == (month == "2026-09")


def test_an_explained_client_as_text_and_json(explain):
    printed = explain("--client", "5000", "--limit", "100").stdout
    assert all(word in printed for word in ("Asiakas 5000", "Jaksot", "Maksupäivät", "Maksut", "Säännöt"))
    assert "…" not in printed
    data = json.loads(explain("--client", "5000", "--json").stdout)
    assert data["client"] == 5000 and data["spells"] and {"age_group", "entitlement"} <= set(data["person"])


def test_reprice_by_the_same_law_says_that_nothing_differs(kuntaosuus, copy_of_run):
    printed = kuntaosuus("reprice", copy_of_run, "--law", SHIPPED, "--workers", "1").stdout
    assert "Ei eroa" in printed and "0,00 €" in printed and "Huom." not in printed


def test_reprice_prints_the_difference_warns_and_writes_a_folder(kuntaosuus, copy_of_run, law_with):
    law = law_with(("municipal_share.yaml", "0.50]", "0.60]"),
                   ("waiting_days.yaml", "from: 2024-01-01\n    value: 7", "from: 2024-01-01\n    value: 5"))
    arguments = ["reprice", copy_of_run.name, "--law", law, "--workers", "1", "--results", copy_of_run.parent]
    printed = kuntaosuus(*arguments).stdout
    assert "Huom." in printed and "waiting_days.yaml waiting_days: 7 → 5" in printed and "Ei eroa" not in printed
    data = json.loads(kuntaosuus(*arguments, "--json").stdout)
    assert data["from"] == copy_of_run.name and data["unchanged"] is False and len(data["unseen"]) == 1
    # 60 % instead of 50 % is a fifth more of the top class, and nothing elsewhere
    for row in data["difference"]:
        factor = 0.2 if row["line"] == "701-" else 0
        assert row["line"] == "total" or row["mean"] == pytest.approx(factor * row["before"], abs=0.5)
    names = {path.name for path in Path(data["path"]).iterdir()}
    assert names == {path.name for path in copy_of_run.iterdir()} - {"events", "fan.png"} | {"net.png"}


def test_reprice_prints_the_net_account_as_a_run_does(kuntaosuus, copy_of_run):
    arguments = ["reprice", copy_of_run, "--law", SHIPPED, "--workers", "1"]
    printed = kuntaosuus(*arguments).stdout
    assert "Lahti, uudelleen hinnoiteltu" in printed and "Sitova netto ylittää talousarvion" in printed
    data = json.loads(kuntaosuus(*arguments, "--json").stdout)
    for name in ("budget", "breaks", "net"):
        table = pd.read_parquet(copy_of_run / f"{name}.parquet")
        assert data[name] == table.astype(object).where(table.notna(), None).to_dict("records")


def test_a_run_without_events_says_how_to_mend(kuntaosuus, told, tmp_path):
    path = json.loads(kuntaosuus("run", *SMALL, "--no-events", "--results", tmp_path, "--json").stdout)["path"]
    assert not (Path(path) / "events").exists() and (Path(path) / "law").is_dir()
    for arguments in (["explain", path, "--client", "1"], ["reprice", path, "--law", SHIPPED]):
        assert "keeps no events" in (line := told(*arguments)) and "without --no-events" in line


@pytest.mark.parametrize(("arguments", "words"), [
    (["explain", "lahit", "--client", "1"], ["run lahit", "is not among the runs"]),
    (["explain", "lahti", "--client", "1", "--month", "2027-03"], ["--client 17"]),
    (["explain", "lahti", "--month", "2027-03"], ["--class 401-700"]),
    (["explain", "lahti"], ["--month 2027-03"]),
    (["explain", "lahti", "--month", "2031-01", "--class", "701-"], ["--month 2031-01", "2028-12"]),
    (["explain", "lahti", "--month", "2027-03", "--class", "400-700"], ["write 401-700"]),
    (["explain", "lahti", "--client", "9999999"], ["--client 9999999"]),
    (["explain", "lahti", "--client", "1", "--unit", "7"], ["--unit 7", "0.0 to 1.1"]),
    (["reprice", "lahti", "--law", "nowhere"], ["nowhere", "the law folder is missing"]),
    (["reprice", "nothing", "--law", str(SHIPPED)], ["run nothing"]),
])
def test_a_wrong_option_is_one_line(told, arguments, words, stored):
    before = sorted(stored.results.iterdir())
    line = told(*arguments, "--results", stored.results)
    assert all(word in line for word in words)
    assert sorted(stored.results.iterdir()) == before


def test_a_faulty_law_tree_is_one_line_and_writes_nothing(told, copy_of_run, law_with):
    law = law_with(("benefits.yaml", "37.21", "paljon"))
    line = told("reprice", copy_of_run, "--law", law)
    assert "benefits.yaml" in line and "basic_amount" in line
    assert list(copy_of_run.parent.iterdir()) == [copy_of_run]


def test_help_has_examples(kuntaosuus):
    for command in ("explain", "reprice"):
        text = kuntaosuus(command, "--help").output
        assert f"kuntaosuus {command} lahti" in text.replace("\n", " ") and "--results" in text
