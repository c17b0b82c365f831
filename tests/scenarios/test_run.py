"""Runs: the same bytes whatever the workers, 0.00 for no change, figures that add up."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from reports.charts.fan import fan_chart
from scenarios.results import events_draft, manifest, write_results
from scenarios.run import Outcome, run, run_units
from scenarios.summary import account_table, lines, month_table, year_table
from sources.area import data_root
from sources.errors import InputError


@pytest.fixture(scope="module")
def small(scenario):
    return scenario.model_copy(update={"draws": 2, "replications": 1})


def _files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _write(outcome: Outcome, folder):
    return write_results(outcome, folder, {"fan.png": lambda path: path.write_bytes(b"chart")})


def test_the_same_seed_gives_the_same_bytes_with_one_and_two_workers(small, tmp_path):
    def stored(workers):
        (tmp_path / str(workers)).mkdir()
        with events_draft(tmp_path / str(workers)) as events:
            return _write(run(small, data_root(), workers, events=events), tmp_path / str(workers))

    one, two = map(stored, (1, 2))
    assert one.name == two.name
    assert _files(one) == _files(two)
    assert {"events/spells/0.0.parquet", "events/newcomers/1.0.parquet", "law/benefits.yaml"} <= set(_files(one))


def test_another_seed_gives_another_run(plan, units, small):
    other = run(small.model_copy(update={"seed": small.seed + 1}), data_root(), 1)
    assert not np.allclose(lines(other.plan, run_units(other.plan, 1, 1))[1][0], lines(plan, units)[1][0])


def test_a_scenario_equal_to_the_baseline_differs_by_nothing(small):
    twin = small.model_copy(update={"title": "Sama toisella nimellä", "author": "toinen"})
    first, second = (run(each, data_root(), 1).tables for each in (small, twin))
    difference = first["account"]["euros"] - second["account"]["euros"]
    assert (difference == 0.0).all() and len(difference) > 0


def test_year_is_observed_months_plus_projection(plan, units):
    years = year_table(plan, units).set_index(["year", "line"])
    # Kela's January to August 2026, published: 17 893 144.80
    assert years.loc[(2026, "total"), "observed"] == pytest.approx(17_893_144.80, abs=0.005)
    assert years.loc[(2026, "total"), "observed_months"] == 8
    names, euros = lines(plan, units)
    autumn = euros[:, :4, names.index("total")].sum(axis=1)
    assert years.loc[(2026, "total"), "mean"] == pytest.approx(17_893_144.80 + autumn.mean(), abs=0.01)


def test_lines_add_up_in_every_unit(plan, units):
    names, euros = lines(plan, units)
    assert names[-1] == "total"
    assert euros[:, :, :-1].sum(axis=2) == pytest.approx(euros[:, :, -1], abs=1e-6)
    account = account_table(plan, units)
    assert account["euros"].sum() == pytest.approx(euros[:, :, -1].sum(), abs=1e-4)


def test_quantiles_do_not_cross_and_observed_months_have_no_spread(plan, units):
    months = month_table(plan, units)
    assert (months[["p10", "p25", "median", "p75", "p90"]].diff(axis=1).iloc[:, 1:] >= -1e-9).all(axis=None)
    seen = months[months["kind"] == "observed"]
    assert (seen["p10"] == seen["p90"]).all() and len(seen) == 20 * 6


def test_money_is_in_whole_cents(plan, units):
    for unit in units:
        assert np.abs(unit.euros * 100 - np.round(unit.euros * 100)).max() < 1e-4


def test_manifest_names_all_that_made_the_run(small):
    outcome = run(small, data_root(), 1)
    content = manifest(outcome)
    assert set(content["hashes"]) == {"scenario", "inputs", "law", "calibration", "forecast_errors", "budget",
                                      "outlook", "code", "services", "levels", "baseline"}
    assert all(content["hashes"][name] is None for name in ("outlook", "services", "levels", "baseline"))
    assert content["seeds"] == {"run": small.seed, "calibration": outcome.plan.calibration.stored.seed}
    assert {"simpy", "numpy", "pandas", "statsmodels"} <= set(content["versions"])
    json.dumps(content)


def test_a_run_on_the_outlook_names_its_file_and_its_values(small, tmp_path):
    """TEM's three years, as in the file: 342 000, 338 000 and 324 000, recalled."""
    own, outlook = (run(small.model_copy(update={"path": path}), data_root(), 1) for path in ("own", "outlook"))
    before, content = manifest(own), manifest(outlook)
    assert len(content["hashes"]["outlook"]) == 64
    assert content["unverified_values"] == before["unverified_values"] + 3
    listed, unlisted = (pd.read_csv(_write(each, tmp_path) / "unverified.csv", dtype=str, keep_default_na=False)
                        for each in (outlook, own))
    rows = listed[listed["name"].str.startswith("outlook.")]
    assert rows["name"].tolist() == ["outlook.2026", "outlook.2027", "outlook.2028"]
    assert rows["value"].tolist() == ["342000", "338000", "324000"] and set(rows["status"]) == {"recalled"}
    assert len(listed) == content["unverified_values"] and len(unlisted) == len(listed) - 3


def test_a_changed_opening_stock_or_accrued_day_is_another_calibration(calibration):
    opening = replace(calibration.opening, counter=calibration.opening.counter + 1)
    changed = [replace(calibration, opening=opening), replace(calibration, accrued=calibration.accrued + 1)]
    assert len({calibration.digest, *(each.digest for each in changed)}) == 3


def test_a_failing_chart_leaves_nothing_behind(small, tmp_path):
    def fail(path):
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left on device.*Mend: free space"):
        write_results(run(small, data_root(), 1), tmp_path, {"fan.png": fail})
    assert list(tmp_path.iterdir()) == []


def test_the_chart_is_drawn_from_the_tables(small):
    outcome = run(small, data_root(), 1)
    figure = fan_chart(outcome.tables["months"], years=outcome.tables["years"], title="t",
                       source="s", date=small.date, band="b")
    assert figure.axes


def test_draws_come_in_pairs_about_the_calibrated_and_forecast_centre(plan, calibration):
    values = np.array(calibration.stored.values)
    for draw in (0, 2):
        one, other = (np.concatenate([[p.behaviour.exit_level, p.behaviour.return_level], p.arrivals])
                      for p in (calibration.draw(draw, 9), calibration.draw(draw + 1, 9)))
        assert (one + other) / 2 == pytest.approx(values[[0, 1, 3, 4]], rel=1e-9)
        median = plan.forecast.quantiles(plan.months, [0.5])[0.5].to_numpy()
        assert ((plan.paths[draw] < median) == (plan.paths[draw + 1] > median)).all()  # mirrored about the median
    assert not np.allclose(plan.paths[0], plan.paths[2])
