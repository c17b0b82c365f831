"""Durations from spells: hand-counted cases, closed forms, and simulated spells whose hazards are known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import durations as simulated
from forecasting.durations import estimate, observe
from forecasting.durations.nonparametric import kaplan_meier
from forecasting.durations.observed import at_risk
from forecasting.durations.piecewise import pooled
from sim.clients.clients import AGE_GROUPS
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.hazards import TOLD_APART
from sources.errors import InputError
from sources.spells import EXITS


def spells_of(*rows, age="25-49"):
    """Spells from (person, start, end, exit)."""
    table = pd.DataFrame(rows, columns=["person", "start", "end", "exit"]).assign(age_group=age)
    for column in ("start", "end"):
        table[column] = pd.to_datetime(table[column].replace("", None)).astype("datetime64[s]")
    return table.assign(entry=table["start"])


HAND = spells_of((0, "2024-01-01", "2024-01-04", "work"), (1, "2024-01-01", "2024-01-06", ""),
                 (2, "2024-01-01", "2024-01-08", "other"), (3, "2024-01-01", "2024-01-08", "service"),
                 (4, "2024-01-02", "", ""))


def test_kaplan_meier_by_hand():
    curve = kaplan_meier(observe(HAND, until=date(2024, 1, 11)))
    # days 3, 5 (censored), 7, 7 and 9 (runs on): 5 at risk, one leaves: 4/5; then two of three: 4/15
    assert curve["time"].tolist() == [3, 7]
    assert curve["persons"].tolist() == [5, 3]
    assert curve["survival"].tolist() == pytest.approx([4 / 5, 4 / 15])
    # Greenwood: S squared times the sum of d / (n (n - d)) = 1/20, then + 2/3
    assert curve["standard_error"].tolist() == pytest.approx(
        [4 / 5 * (1 / 20) ** 0.5, 4 / 15 * (1 / 20 + 2 / 3) ** 0.5])


def test_the_window_truncates_before_and_censors_after():
    seen = observe(HAND, since=date(2024, 1, 5), until=date(2024, 1, 7))
    # the first ended on 4 January, before the window; no other exit lies in it
    assert seen["person"].tolist() == [1, 2, 3, 4]
    assert seen["entry"].tolist() == [4, 4, 4, 3]
    assert seen["time"].tolist() == [5, 6, 6, 5]
    assert seen["cause"].tolist() == [0, 0, 0, 0]


def test_a_running_spell_is_seen_to_the_end_of_the_file():
    assert observe(HAND)["time"].tolist()[-1] == 6  # from the 2nd to the last end, the 8th
    with pytest.raises(InputError, match="no spell is in view"):
        observe(HAND, since=date(2025, 1, 1))


def test_time_at_risk_is_cut_at_calendar_months():
    cells = at_risk(observe(spells_of((0, "2024-01-30", "2024-03-01", "work"), (1, "2024-02-10", "2024-02-20", ""))))
    cells = cells.sort_values(["spell_month", "season"]).reset_index(drop=True)
    # two days in January and all 29 of February, whose last evening is the exit; ten days of another spell's month 0
    assert cells["spell_month"].tolist() == [0, 0, 1]
    assert cells["season"].tolist() == [0, 1, 1]
    assert (cells["exposure"] * DAYS_PER_MONTH).tolist() == pytest.approx([2, 10, 29])
    assert cells["work"].tolist() == [0, 0, 1]
    assert cells[["service", "other"]].to_numpy().sum() == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 2500), st.integers(0, 3), st.integers(0, 400)),
                min_size=1, max_size=30))
def test_no_day_at_risk_and_no_exit_is_lost(rows):
    start, length, cause, entry = map(np.array, zip(*rows, strict=True))
    day = np.datetime64("2018-01-01") + start
    table = pd.DataFrame({"person": range(len(rows)), "start": day, "end": day + length,
                          "entry": day + np.minimum(entry, length - 1), "exit": np.array(["", *EXITS])[cause],
                          "age_group": "50+"})
    seen = observe(table)
    cells = at_risk(seen)
    assert cells["exposure"].sum() * DAYS_PER_MONTH == pytest.approx((length - np.minimum(entry, length - 1)).sum())
    assert cells[list(EXITS)].sum().tolist() == [(cause == place).sum() for place in (1, 2, 3)]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12), st.integers(1, 40))
def test_pooled_bands_have_enough_and_cover_all(counts, least):
    def total(first, after):
        return sum(counts[first:after])

    starts = pooled(range(len(counts)), len(counts), lambda first, after: total(first, after) >= least)
    assert bool(starts) == (sum(counts) >= least)
    if starts:
        assert starts[0] == 0
        assert all(total(*band) >= least for band in zip(starts, [*starts[1:], len(counts)], strict=True))


@pytest.fixture(scope="module")
def found():
    return estimate(observe(simulated.simulated_spells(40_000, np.random.default_rng(7))), 10)


def test_known_hazards_are_recovered_within_sampling_error(found):
    # the mean new spell: flags mixed as they begin; days instead of instants take half a day of exposure, 0.5 %
    mean = ((1 - simulated.FOREIGN * (1 - simulated.FOREIGN_FACTOR))
            * (1 - simulated.REDUCED * (1 - simulated.REDUCED_FACTOR)))
    bands = found.bands
    place = np.searchsorted(simulated.BANDS, bands["first_month"])
    truth = simulated.HAZARDS[bands["age_group"].map(AGE_GROUPS.index), place] * mean
    single = ~((bands["first_month"] == 36) & (bands["last_month"] == TOLD_APART))  # 36 on is two bands, pooled
    z = ((bands["hazard"] - truth) / bands["standard_error"])[single]
    assert len(z) >= 31
    assert abs(z).max() < 4  # of 33 normal deviates one is outside with probability 0.002
    assert 0.4 < (z**2).mean() < 1.9  # chi2 of 31 degrees: 0.999 of it


def test_factors_are_recovered_within_sampling_error(found):
    truth = {"foreign_language": np.log(simulated.FOREIGN_FACTOR), "reduced_ability": np.log(simulated.REDUCED_FACTOR)}
    for table in (found.factors.loc["all"], found.cox, *(found.factors.loc[cause] for cause in EXITS)):
        for name, value in truth.items():
            assert abs(table["coefficient"][name] - value) < 4 * table["standard_error"][name]
    assert found.season == pytest.approx(simulated.SEASON, abs=4 * 12**0.5 / 35_000**0.5)
    assert found.season.mean() == pytest.approx(1)
    assert found.years["factor"].tolist() == pytest.approx([1] * 7, abs=0.06)


def test_destinations_are_recovered_within_sampling_error(found):
    for first, work, service in zip((0, 6, 12), simulated.WORK, simulated.SERVICE, strict=True):
        for row in found.bands[found.bands["first_month"] == first].itertuples():
            same = found.bands[found.bands["age_group"] == row.age_group]
            exits = same[same["first_month"].between(first, {0: 5, 6: 11, 12: 60}[first])]["exits"].sum()
            for share, truth in ((row.work, work), (row.service, service)):
                assert abs(share - truth) < 4 * (truth * (1 - truth) / exits) ** 0.5
            assert row.work + row.service + row.other == pytest.approx(1)


def test_the_model_meets_kaplan_meier(found):
    assert found.fit["gap"] < 0.01
    assert found.fit["p"] > 0.001
    whole = found.survival[found.survival["age_group"] == "all"]
    assert whole["month"].tolist() == [1, 3, 6, 12, 24]
    assert (whole["low"] < whole["fitted"]).all() and (whole["fitted"] < whole["high"]).all()
    lost = found.incidence.set_index("month").sum(axis=1)
    assert lost.to_numpy() + whole["km"].to_numpy() == pytest.approx(1)


def test_one_hazard_for_all_gives_exponential_survival():
    """A constant hazard: every band holds it, and fitted survival is its exponential."""
    stream, hazard, count = np.random.default_rng(3), 0.1, 6000
    start = np.datetime64("2015-01-01") + stream.integers(0, 365 * 8, count)
    length = np.ceil(stream.exponential(DAYS_PER_MONTH / hazard, count)).astype(int)
    table = pd.DataFrame({"person": range(count), "start": start, "entry": start, "end": start + length,
                          "exit": "work", "age_group": np.array(AGE_GROUPS)[stream.integers(0, 3, count)]})
    got = estimate(observe(table), 10)
    z = (got.bands["hazard"] - hazard) / got.bands["standard_error"]
    assert abs(z).max() < 4
    whole = got.survival[got.survival["age_group"] == "all"].set_index("month")
    share = np.exp(-hazard * whole.index)
    error = (share * (1 - share) / count) ** 0.5
    assert (abs(whole["fitted"] - share) < 4 * error).all()
    assert (got.bands["work"] == 1).all()


def test_few_exits_are_pooled_and_said(found):
    small = estimate(observe(simulated.simulated_spells(300, np.random.default_rng(5))), 10)
    assert (small.bands["exits"] >= 20).all() and (small.bands["persons"] >= 10).all()
    assert any(note["kind"] == "pooled" for note in small.notes)
    assert {"kind": "left_out", "exits": "all", "term": "season"} in small.notes
    assert small.season.tolist() == [1] * 12
    assert len(small.bands) < len(found.bands)


def test_no_cell_is_of_fewer_persons_than_asked():
    spells = simulated.simulated_spells(3000, np.random.default_rng(11))
    for least in (10, 40, 150):
        got = estimate(observe(spells), least)
        assert (got.bands["persons"] >= least).all()
        assert not (got.survival["persons"] < least).any()
        assert got.survival["km"].isna().equals(got.survival["persons"].isna())
    assert got.survival["km"].isna().any()
    assert {"15-24", "25-49", "50+"} == set(got.bands["age_group"])


def test_persons_are_counted_once_however_many_spells_they_have():
    spells = simulated.simulated_spells(3000, np.random.default_rng(13))
    with pytest.raises(InputError, match="fewer than 10 persons"):
        estimate(observe(spells.assign(person=np.arange(3000) % 9)), 10)


@pytest.mark.parametrize(("change", "fault"), [
    (lambda table: table.iloc[:1], "fewer than 10 persons"),
    (lambda table: table.assign(exit=""), "no spell in view ends with an exit"),
    (lambda table: table[(table["age_group"] != "50+") | (table["person"] % 40 == 0)], "age group 50"),
])
def test_too_little_is_refused(change, fault):
    with pytest.raises(InputError, match=fault):
        estimate(observe(change(simulated.simulated_spells(800, np.random.default_rng(1)))), 10)


def test_flags_that_say_the_same_are_refused():
    spells = simulated.simulated_spells(4000, np.random.default_rng(2))
    with pytest.raises(InputError, match="tell the same people apart"):
        estimate(observe(spells.assign(reduced_ability=spells["foreign_language"])), 10)
