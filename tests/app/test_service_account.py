"""A run with services as its user sees it: the effect first, services, units and groups; the same in JSON."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from app.cli import _doing
from app.outcome import print_run, run_json
from app.service_account import TABLES

CAME = pd.DataFrame(columns=["horizon", "month", "in_80", "in_95"])


@pytest.fixture
def printed(served, capsys) -> str:
    print_run(served.outcome, served.folder, CAME)
    return capsys.readouterr().out.replace("\u00a0", " ")


def test_the_effect_stands_first_and_services_units_and_groups_are_told(printed):
    heads = ["Skenaarion vaikutus perusuraan", "Kuka hyötyy ja kuka odottaa", "Työttömyysturvan kuntaosuus, Lahti",
             "Talousarvio ja ennuste", "Palvelut, Lahti, 9–12/2026", "Yksiköt", "Ryhmät"]
    places = [printed.index(head) for head in heads]
    assert places == sorted(places) and places[0] == 0
    assert "± ?" in printed and "ei erotu nollasta" in printed  # one mirrored pair of draws tells nothing of its mean
    assert [line for line in printed.splitlines() if re.search(r"…(\s|$)", line)] == []  # a cell cut short


def test_the_note_on_operating_cost_says_what_is_simulated(printed):
    assert "kaikki kuukaudet ovat suunnitelman lukuja" not in printed
    assert "Ennustekuukausien ostot ja tuet ovat simuloituja laskuja" in " ".join(printed.split())


def test_values_of_services_are_counted(served, printed):
    listed = served.outcome.unverified
    services = (listed["kind"] == "service").sum()
    assert f"käytössä: {len(listed)}, joista palveluista {services} (" in printed


def test_json_has_effect_services_units_and_groups(served, stored):
    told = json.loads(json.dumps(run_json(served.outcome, served.folder, CAME), allow_nan=False))
    assert {row["line"] for row in told["effect"]} >= {"total", "paid_days", "staff", "purchases", "per_avoided_day"}
    assert len(told["units"]) == 5 and all("month" not in row for row in told["units"])
    assert [row["group"] for row in told["groups"]] == ["starter", "young", "newly_unemployed", "other"]
    assert any(row["service"] == row["contract"] == "total" for row in told["services"])
    plain = run_json(stored.outcome, stored.folder, CAME)
    assert all(plain[key] is None for key in TABLES)


def test_the_bar_says_what_is_simulated(served, stored):
    assert _doing(served.outcome.scenario) == "simulating baseline and scenario with services"
    assert _doing(stored.outcome.scenario) == "simulating"


def test_changes_that_services_left_out_makes_idle_are_told(kuntaosuus, served, tmp_path):
    result = kuntaosuus("run", served.file, "--no-services", "--no-exposure", "--no-events", "--workers", "1",
                        "--results", tmp_path)
    assert result.exit_code == 0 and "the scenario's changes to them do nothing" in result.stderr
    assert "Skenaario ei muuta mitään: ero perusuraan on 0,00" in result.output.replace("\u00a0", " ")
    assert not list(tmp_path.rglob("services.png")) and list(tmp_path.rglob("effect.png"))
