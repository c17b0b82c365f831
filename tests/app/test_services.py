"""Services on the command line: what the tables and JSON say, within 120 columns, and one line for a fault."""

import json

import pytest


def test_list_says_of_every_service_what_it_is_and_marks_what_was_not_verified(kuntaosuus):
    result = kuntaosuus("services", "list")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert max(map(len, lines)) <= 120 and "…" not in result.output
    row = next(line for line in lines if line.startswith(" Työnhakuvalmennus") or line.startswith("Työnhakuvalmennus"))
    # places, starts and mean number of Lahti, price, effect during and after, its evidence; a: estimate, j: derived
    assert row.replace("\u00a0", " ").split() == ["Työnhakuvalmennus", "10", "a", "10,3", "a", "8,6", "a", "0,8", "j",
                                                  "764", "€/os.", "a", "0", "%", "a", "+10", "%", "a", "katsaus"]
    for word in ("Määrärahariippuvainen", "Tarvesidonnainen", "Toimeksianto", "ARVIO, ei kaupungin tieto",
                 "osuus työttömistä", "ei, julkista valtaa", "37,21 €/pv  "):
        assert word in result.output.replace("\u00a0", " ")


def test_json_holds_every_figure_with_status_and_source(kuntaosuus):
    printed = json.loads(kuntaosuus("services", "list", "--json").stdout)
    services = {each["key"]: each for each in printed["services"]}
    assert len(services) == 33
    coaching = services["job_search_coaching"]
    assert coaching["volume"]["stock"] == pytest.approx(8.6, abs=0.1)
    assert coaching["opening"]["people"] == 9
    assert coaching["unit_cost"]["euros"] == pytest.approx(626, abs=1)
    assert all(figure["source"] and figure["status"] for each in services.values()
               for figure in [*each["figures"], *(f for contract in each["contracts"] for f in contract["figures"])])
    assert services["interviews"]["volume"] is None and services["self_motivated_study"]["places"] is None
    # a municipality's places are those of all its contracts together
    assert services["job_coaching"]["places"] == 24
    supplement = services["municipal_supplement"]
    assert supplement["referral"]["once"] and supplement["contracts"][0]["kind"] == "subsidy"
    assert [f["value"] for f in supplement["contracts"][0]["figures"] if f["name"] == "amounts.0"] == [1260]


def test_show_tells_the_derivation_in_words_and_warns_of_raw_rates(kuntaosuus):
    output = " ".join(kuntaosuus("services", "show", "job_coaching").output.replace("\u00a0", " ").split())
    for words in ("2 498,5 vuonna 2019 × osuus 3,06 %", "= 21,7 (Lahti)", "kesto 21,7 ÷ 5,5 = 3,94 kk",
                  "raakaosuuksia valikoituneista osallistujista, ei vaikutuksia", "Hinta tulokselta",
                  "Paikkoja 1.1.2026", "ARVIO, ei kaupungin tieto", "688 € aloittajaa kohden"):
        assert words in output, words


@pytest.mark.parametrize("key", ["interviews", "rehabilitative_work", "one_stop_guidance", "municipal_supplement",
                                 "change_security_training", "work_trial", "labour_market_training", "pay_subsidy_50",
                                 "procurement_employment"])
def test_every_kind_of_service_can_be_shown(kuntaosuus, key):
    result = kuntaosuus("services", "show", key)
    assert result.exit_code == 0 and max(map(len, result.output.splitlines())) <= 120
    assert json.loads(kuntaosuus("services", "show", key, "--json").stdout)["key"] == key


def test_faults_are_one_line(told, data):
    assert "write job_coaching" in told("services", "show", "job_coachin")
    (data / "lahti" / "contracts.yaml").unlink()
    assert "Lahti has no file of its contracts" in told("services", "list", "--data", data)
    (data / "lahti" / "services.yaml").unlink()
    assert "Lahti has no file of its services" in told("services", "list", "--data", data)
