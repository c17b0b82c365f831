"""The command forecast share: paths that differ as they must, figures as JSON, faults in one line."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from app.cli import app

RUNNER = CliRunner()
SHORT = ["forecast", "share", "--months", "14"]


def called(*arguments: str) -> dict:
    result = RUNNER.invoke(app, [*SHORT, *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def own() -> dict:
    return called()


def column(found: dict, name: str) -> np.ndarray:
    return np.array([row[name] for row in found["months"]])


@pytest.fixture
def stated(tmp_path, own):
    """A file that states the own path's median, doubled."""
    path = tmp_path / "stated.csv"
    pd.DataFrame({"series": "national", "month": [row["month"] for row in own["months"]],
                  "value": 2 * column(own, "national")}).to_csv(path, index=False)
    return path


def test_figures_are_in_order_and_most_of_the_doubt_is_the_nations(own):
    quantiles = np.stack([column(own, name) for name in ("p2.5", "p10", "p25", "p50", "p75", "p90", "p97.5")])
    assert (np.diff(quantiles, axis=0) > 0).all()
    assert (column(own, "low") > column(own, "p10")).all() and (column(own, "high") < column(own, "p90")).all()
    assert [row["horizon"] for row in own["uncertainty"]] == [3, 12]
    assert all(0.5 < row["of_national"] < 1 for row in own["uncertainty"])
    assert [row["year"] for row in own["years"]] == [2024]  # months 11/2023-12/2024 hold one whole year


def test_a_stated_path_is_certain_and_doubles_what_it_doubles(own, stated):
    found = called("--national", str(stated))
    assert all(row["national"] == row["of_national"] == 0 for row in found["uncertainty"])
    np.testing.assert_allclose(column(found, "low"), 2 * column(own, "low"), rtol=1e-5)
    np.testing.assert_allclose(column(found, "p10"), column(found, "low"), rtol=0.01)  # of 2 000 draws, and exact


def test_a_shock_lifts_its_months_alike_in_city_and_country(own):
    found = called("--shock", "2024-06")
    ratio = column(found, "p50") / column(own, "p50")
    np.testing.assert_allclose(ratio, column(found, "national") / column(own, "national"), rtol=1e-5)
    np.testing.assert_allclose(ratio[:7], 1)
    assert ratio[8] > 1.3  # the second month: April 2020


def test_tables_and_chart(tmp_path):
    chart = tmp_path / "charts" / "share.png"
    result = RUNNER.invoke(app, [*SHORT, "--national", "outlook", "--chart", str(chart)])
    assert result.exit_code == 0, result.output
    assert "Työttömät, Lahti: ministeriön ennuste" in result.stdout and "Kansallinen ura" in result.stdout
    assert chart.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("arguments", "told"), [
    (["--shock", "2099-01"], "start 2099-01: is outside the path"),
    (["--shock", "1.2.2024"], "option --shock"),
    (["--origin", "2019-13"], "option --origin"),
    (["--origin", "2019-06", "--national", "outlook"], "is of later than the origin"),
    (["--national", "outlok"], "outlok"),
    (["--origin", "1999-01"], "has no month in common"),
    (["--months", "120", "--national", "outlook"], "ask for at most"),
])
def test_faults_are_told_in_one_line(arguments, told):
    result = RUNNER.invoke(app, [*SHORT, *arguments])
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_that_lacks_a_month_or_holds_two_series_is_told(stated, tmp_path):
    rows = stated.read_text().splitlines()
    spoilt = tmp_path / "spoilt.csv"
    for text, told in (("\n".join(rows[:-1]), "month 2024-12: is missing"),
                       ("\n".join([*rows, "other,2024-12,5"]), "holds 2 series"),
                       ("\n".join([*rows[:-1], "national,2024-12,-5"]), "is not positive")):
        spoilt.write_text(text)
        result = RUNNER.invoke(app, [*SHORT, "--national", str(spoilt)])
        assert result.exit_code == 2 and told in result.stderr
