"""Lahti's volumes, derived: against the raw files reckoned otherwise, published unit costs, and spoilt files."""

import shutil
from dataclasses import replace

import pandas as pd
import pytest

from sim.services.volumes import (
    SERVICES,
    derive_volumes,
    opening_stock,
    read_area_services,
    unit_cost,
)
from sources.area import data_root, load_area, read_area
from sources.errors import InputError
from sources.services import read_national

ROOT = data_root()


@pytest.fixture(scope="module")
def area():
    return load_area("lahti", ROOT)


@pytest.fixture(scope="module")
def national():
    return read_national(ROOT)


@pytest.fixture(scope="module")
def plan(area, catalogue):
    return read_area_services(area, catalogue)


@pytest.fixture(scope="module")
def volumes(area, plan, catalogue, national):
    return derive_volumes(area, plan, catalogue, national)


def test_one_service_from_the_raw_files_by_another_way(volumes):
    services = pd.read_csv(ROOT / "statfin" / "statfin_tyonv_services_national_2006_2022.csv.gz", dtype=str)
    in_2019 = services[services["time"].str.startswith("2019")]

    def mean(measure, table, code=None):
        rows = in_2019[(in_2019["tiedot"] == measure) & (in_2019["taulu"] == table)]
        return (rows if code is None else rows[rows["palvelu_koodi"] == code])["value"].astype(float).mean()

    cities = pd.read_csv(ROOT / "statfin" / "statfin_tyonv_12r5_cities_2006M01_2023M10.csv")
    of_2019 = cities[cities["kuukausi"].str.startswith("2019")].groupby("nimi")["TYOTTOMATLOPUSSA"].mean()
    share = of_2019["Lahti"] / of_2019["KOKO MAA"]
    assert share == pytest.approx(7364 / 240_379, rel=1e-3)  # lahti.md section 1, LMP database
    recipients = pd.read_csv(ROOT / "kela" / "lahti_korvausperuste.csv", sep=";").set_index("vuosikuukausi")["saajat"]
    growth = recipients.tail(12).mean() / recipients.loc[:202402].tail(12).mean()
    # of 8 231 unemployed and whoever is in services, 26.8 % are in services: 0.268/0.732 × 8 231 = 3 013.5
    level = 3013.5 * growth / (share * mean("PALVELUISSAYHTEENSA", "tyonv_12u4"))
    found, change = volumes["job_search_coaching"], 0.30
    assert found.stock == pytest.approx(mean("VALMENNUSLOP", "tyonv_12u1", "3") * share * level * change, rel=1e-4)
    assert found.starts == pytest.approx(14_275 / 12 * share * level * change, rel=1e-4)  # lahti.md section 3: entrants
    assert (found.status, volumes["work_trial"].status) == ("estimate", "derived")


def test_the_level_is_that_of_the_citys_newest_release(plan):
    released = pd.read_csv(ROOT / "lahti" / "press_points_2019_2025.csv").dropna(subset="aktivointiaste").iloc[-1]
    assert plan.level.month == released["kuukausi"].replace("M", "-")
    assert float(plan.level.unemployed) == released["tyottomat"]
    assert float(plan.level.activation) == released["aktivointiaste"] / 100


def test_services_add_up_to_the_people_in_services_less_those_not_listed(area, plan, catalogue, national):
    unchanged = derive_volumes(area, plan.model_copy(update={"changes": {}}), catalogue, national)
    one = next(iter(unchanged.values()))
    total = one.share * one.level * national.stock("tyonv_12u4", "PALVELUISSAYHTEENSA", [""], 2019)
    # not listed: job rotation (02), start-up grants of others (61), the state's own jobs (40, 41), training trials (36)
    others = sum(national.stock(table, measure, [code], 2019) for table, measure, code in (
        ("tyonv_12u9", "MTPPALVELUTLOP", "02"), ("tyonv_12u6", "TYOLLISTETTYLOP", "61"),
        ("tyonv_12u6", "TYOLLISTETTYLOP", "40"), ("tyonv_12u6", "TYOLLISTETTYLOP", "41")))
    missing = one.share * one.level * others
    assert sum(volume.stock for volume in unchanged.values()) + missing == pytest.approx(total, rel=0.03)


def test_with_the_level_of_the_year_itself_only_the_share_is_left(area, plan, catalogue, national):
    first = derive_volumes(area, plan, catalogue, national)["work_trial"]
    there = first.share * national.stock("tyonv_12u4", "PALVELUISSAYHTEENSA", [""], 2019)
    activation = plan.level.activation.model_copy(update={"value": 0.5})  # half in services: as many as unemployed
    as_then = plan.model_copy(update={"level": plan.level.model_copy(update={
        "activation": activation,
        "unemployed": plan.level.unemployed.model_copy(update={"value": there * plan.level.in_services
                                                               / (first.level * there)})})})
    found = derive_volumes(area, as_then, catalogue, national)["work_trial"]
    assert found.level == pytest.approx(1)
    assert found.stock == pytest.approx(found.national_stock * found.share)


def test_stock_over_starts_is_the_catalogues_mean_time_in_the_service(volumes, catalogue):
    for key, volume in volumes.items():
        mean = catalogue.services[key].participation.duration.mean
        assert volume.months == pytest.approx(volume.stock / volume.starts)
        assert float(mean) == pytest.approx(volume.months, rel=0.01), key
        assert mean.range[0] <= volume.months <= mean.range[1]
        assert volume.low <= volume.stock <= volume.high


def test_parts_of_one_statistic_add_up_to_it(catalogue):
    for keys in (("labour_market_training", "recruitment_training", "integration_training"),
                 ("pay_subsidy_50", "pay_subsidy_70", "pay_subsidy_100")):
        parts = [catalogue.services[key].statistic for key in keys]
        assert sum(float(part.of_starts) for part in parts) == pytest.approx(1)
        assert sum(float(part.of_stock) for part in parts) <= 1
        assert len({part.stock.measure for part in parts}) == 1


def test_a_change_multiplies_stock_and_starts_and_leaves_the_time(area, plan, catalogue, national, volumes):
    unchanged = derive_volumes(area, plan.model_copy(update={"changes": {}}), catalogue, national)
    for key in ("pay_subsidy_municipal", "pay_subsidy_50"):
        factor = float(plan.changes[key])
        assert volumes[key].stock == pytest.approx(factor * unchanged[key].stock)
        assert volumes[key].starts == pytest.approx(factor * unchanged[key].starts)
        assert volumes[key].months == unchanged[key].months
        assert volumes[key].status == "estimate"


def test_unit_costs_are_those_of_the_reference(catalogue, national):
    # lahti.md section 3, nominal 2019
    for key, euros in {"labour_market_training": 3914, "job_search_coaching": 626, "career_coaching": 835,
                       "job_coaching": 688, "pay_subsidy_50": 7977, "pay_subsidy_municipal": 6777,
                       "start_up_grant": 6746, "rehabilitative_work": 261}.items():
        assert unit_cost(catalogue.services[key], national, 2019) == pytest.approx(euros, abs=1)
    assert unit_cost(catalogue.services["work_trial"], national, 2019) is None
    assert unit_cost(catalogue.services["job_coaching"], national, 2023) is None


def test_direct_placement_stays_below_the_raw_rate_of_people_not_unemployed(catalogue, national):
    for key, service in catalogue.services.items():
        outcome = service.statistic.outcome if service.statistic else None
        if outcome:
            raw = national.outcomes.loc[outcome.table, outcome.code, 2019]
            effect = service.participation.effect
            assert float(effect.direct_placement) * float(effect.completion) <= 1 - raw["unemployed"], key


def test_the_opening_stock_is_the_mean_stock_with_stays_met_from_the_services_own(volumes, catalogue):
    opening = opening_stock(volumes, catalogue)
    assert opening.keys() == volumes.keys()
    for key, people in opening.items():
        assert abs(people.people - volumes[key].stock) <= 0.5
        stay = catalogue.services[key].participation.duration
        assert people.duration is stay
        # in a steady state starts a day × mean left is what the stock still has before it, per head: Little, twice
        assert stay.mean_left == pytest.approx(stay.mean_days * (1 + float(stay.spread) ** 2) / 2)


@pytest.fixture
def copied(tmp_path):
    for folder in ("services", "lahti", "kela", "statfin"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("calibration"))
    return tmp_path


@pytest.mark.parametrize(("old", "new", "said"), [
    ("  pay_subsidy_50:", "  pay_subsidy_5O:", ["pay_subsidy_5O", "write pay_subsidy_50"]),
    ("  pay_subsidy_50:", "  municipal_supplement:", ["has no statistic"]),
    ("month: 2024-02", "month: 2024-13", ["level.month"]),
    ("  activation:", "  activaton:", ["activaton", "write activation"]),
    ("unit: persons", "unit: people", ["'people'", "write persons"]),
])
def test_a_spoilt_file_of_the_municipality_is_told(copied, catalogue, old, new, said):
    path = copied / "lahti" / SERVICES
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as fault:
        read_area_services(read_area("lahti", copied), catalogue)
    assert all(word in str(fault.value) for word in [*said, SERVICES, "Mend: "])


def test_a_municipality_without_the_file_is_told_only_when_asked(copied, catalogue):
    (copied / "lahti" / SERVICES).unlink()
    area = read_area("lahti", copied)
    with pytest.raises(InputError, match="Lahti has no file of its services"):
        read_area_services(area, catalogue)


def test_years_that_the_series_do_not_hold_are_told(area, plan, catalogue, national):
    with pytest.raises(InputError, match="has not twelve months"):
        derive_volumes(area, plan.model_copy(update={"reference": 2023}), catalogue, national)
    early = plan.model_copy(update={"level": plan.level.model_copy(update={"month": "2018-06"})})
    with pytest.raises(InputError, match="has not twelve months of recipients to it"):
        derive_volumes(area, early, catalogue, national)
    with pytest.raises(InputError, match="is missing"):
        derive_volumes(replace(area, unemployed=area.unemployed.with_name("none.csv")), plan, catalogue, national)
