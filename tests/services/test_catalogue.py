"""The catalogue of services: classes against the service plan's words, and what a spoilt file is told."""

import numpy as np
import pytest

from sim.services.catalogue import read_catalogue
from sources.errors import InputError

FIRST_SOURCE = "source: lahti.md section 2, evidence: judgement, status: estimate, range: [0.9, 1.1]"


def test_every_row_of_the_laws_table_of_services_is_there(catalogue):
    # law.md section 6, but for Helsinki-lisä, which is Helsinki's; coaching is three services, training has parts
    named = {service.finnish.split(",")[0].split(" (")[0] for service in catalogue.services.values()}
    assert {"Työttömyysturva-lausunnot", "Työkokeilu", "Koulutuskokeilu", "Työvoimakoulutus", "Muutosturvakoulutus",
            "Kotoutumiskoulutus", "Omaehtoinen opiskelu", "Palkkatuki 50 %", "Palkkatuki 70 %", "Palkkatuki 100 %",
            "Palkkatuki", "Palkkatuki 60+", "55 vuotta täyttäneiden työllistämistuki", "Starttiraha", "Kulukorvaus",
            "Kuntouttava työtoiminta", "Ohjaamo", "Muutosturva", "Lahti-lisä", "Työnhakuvalmennus"} <= named
    assert len(catalogue.services) == 33  # procurement-based employment and the incentive are the plan's, not the law's


@pytest.mark.parametrize(("key", "expected"), [
    ("interviews", "statutory_unconditional"),
    ("job_search_coaching", "appropriation_dependent"),
    ("integration_training", "need_bound"),       # the service plan, page 8, names it so
    ("change_security_training", "need_bound"),   # likewise
    ("municipal_supplement", "voluntary"),
    ("rehabilitative_work", "commissioned"),
    ("vocational_guidance", "appropriation_dependent"),  # A/B: money goes before duty
    ("self_motivated_study", "need_bound"),              # C/B: a right goes before money
])
def test_a_right_goes_before_money_and_money_before_duty(catalogue, key, expected):
    assert catalogue.services[key].statutory_class == expected


def test_subsidised_work_pauses_benefit_and_a_start_up_grant_ends_it(catalogue):
    treated = {key: service.participation.benefit for key, service in catalogue.services.items()
               if service.participation}
    assert {key for key, benefit in treated.items() if benefit == "ended"} == {"start_up_grant"}
    assert all((benefit == "paused") == key.startswith(("pay_sub", "employment_sub", "municipal_sup", "procure"))
               for key, benefit in treated.items())


def test_an_effect_fades_by_its_mean_life_and_adds_as_much_as_one_that_holds_and_ends(catalogue):
    effect = catalogue.services["labour_market_training"].participation.effect
    # 1.15 at the end; a mean life of 24 months: 1 + 0.15/e after 24
    assert effect.factor([0, 24]) == pytest.approx([1.15, 1 + 0.15 / np.e])
    months = np.linspace(0, 600, 60_001)
    assert np.trapezoid(effect.factor(months) - 1, months) == pytest.approx(0.15 * 24, rel=1e-4)


def test_no_figure_is_without_source_and_every_effect_has_a_range_and_a_grade(catalogue):
    figures = catalogue.figures()
    assert len({name for name, _ in figures}) == len(figures)
    assert all(figure.source.strip() for _, figure in figures)
    effects = [figure for name, figure in figures if ".effect." in name]
    assert len(effects) == 5 * sum(service.participation is not None for service in catalogue.services.values())
    assert all(figure.range and figure.evidence for figure in effects)


@pytest.mark.parametrize(("old", "new", "said"), [
    (FIRST_SOURCE, FIRST_SOURCE.replace("source: lahti.md section 2, ", ""), ["effect.during.source", "is missing"]),
    (FIRST_SOURCE, FIRST_SOURCE.replace("lahti.md section 2", '" "'), ["effect.during.source", "without a source"]),
    (FIRST_SOURCE, FIRST_SOURCE.replace("evidence: judgement", "evidence: judgment"), ["write judgement"]),
    (FIRST_SOURCE, FIRST_SOURCE.replace(", range: [0.9, 1.1]", ""), ["effect.during.range", "is missing"]),
    (FIRST_SOURCE, FIRST_SOURCE.replace("0.9, 1.1", "1.05, 1.1"), ["outside its range"]),
    ("        during: {value: 1.0,", "        durring: {value: 1.0,", ["durring", "write during"]),
    ("      benefit: paid", "      benefit: payd", ["'payd'", "write paid"]),
    ("    letters: A/B", "    letters: A/Q", ["'A/Q'"]),
    ("{ages: [17, 64], source: by need", "{ages: [64, 17], source: by need", ["youngest age, 64"]),
    ("completion: {value: 0.90", "completion: {value: 1.90", ["effect.completion.value", "less than or equal to 1"]),
    ("mean: {value: 0.84", "mean: {value: 0", ["mean.value", "greater than 0"]),
    ("      of_stock: {value: 0.65", "      of_stok: {value: 0.65", ["of_stok", "write of_stock"]),
])
def test_a_spoilt_catalogue_names_file_key_line_and_mend(spoilt, old, new, said):
    root, line = spoilt(old, new)
    with pytest.raises(InputError) as fault:
        read_catalogue(root)
    text = str(fault.value)
    assert f"line {line}" in text and "catalogue.yaml" in text and "Mend: " in text
    assert all(word in text for word in said), text
