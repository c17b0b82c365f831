"""Differences of pairs: by hand, against textbook t, and how often their intervals cover a known truth."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from scenarios.paired import clusters_of, error_of_mean, margin, told


def test_by_hand():
    # -1, -2, -3 in clusters of one: sd 1, error 1/√3, t(2) = 4.303
    row = told(np.array([[10.0, 20.0, 30.0]]), np.array([[9.0, 18.0, 27.0]]), np.arange(3)).iloc[0]
    assert (row["baseline"], row["scenario"], row["difference"]) == (20.0, 18.0, -2.0)
    assert (row["error"], row["margin"], row["p10"], row["p90"]) == (0.58, 2.48, -2.8, -1.2)
    assert not row["certain"]  # |−2| is within 2.48


def test_clusters_of_one_are_the_t_test_and_equal_clusters_that_of_their_means():
    gaps = np.random.default_rng(1).normal(0.5, 1, 12)
    for clusters, means in ((np.arange(12), gaps), (np.repeat(np.arange(6), 2), gaps.reshape(6, 2).mean(axis=1))):
        half = margin(*error_of_mean(gaps, clusters))
        low, high = ttest_1samp(means, 0).confidence_interval(0.95)
        assert (gaps.mean() - half, gaps.mean() + half) == pytest.approx((low, high))


def test_one_mirrored_pair_tells_nothing_and_what_does_not_move_is_certain():
    assert list(clusters_of([0, 0, 1, 1, 2, 3])) == [0, 0, 0, 0, 1, 1]
    rows = told(np.zeros((3, 2)), np.array([[1.0, 3.0], [2.0, 2.0], [0.0, 0.0]]), clusters_of([0, 1]))
    assert list(rows["certain"]) == [False, True, False] and list(rows["error"]) == [np.inf, 0.0, 0.0]


@pytest.mark.parametrize("draws", [6, 20])
def test_intervals_cover_the_truth_as_often_as_they_say(draws):
    """1,000 small experiments: half of a difference is mirrored within a pair of draws, half is luck.

    The 95 % interval of the mean, the same at 80 %, and the 10-90 % spread against the next unit's difference.
    """
    luck, truth, size = np.random.default_rng(7), 0.3, 1000
    pair = luck.standard_normal((size, draws // 2 + 1, 1)) * np.array([1.0, -1.0])
    gaps = truth + pair.reshape(size, -1) + luck.standard_normal((size, draws + 2))
    error, freedom = error_of_mean(gaps[:, :draws], clusters_of(range(draws)))
    off = np.abs(gaps[:, :draws].mean(axis=1) - truth)
    assert np.mean(off <= margin(error, freedom, 0.8)) == pytest.approx(0.8, abs=0.05)
    assert np.mean(off <= margin(error, freedom)) == pytest.approx(0.95, abs=0.02)
    if draws == 20:  # quantiles of a few lie too near each other
        low, high = np.percentile(gaps[:, :draws], (10, 90), axis=1)
        assert np.mean((low <= gaps[:, draws]) & (gaps[:, draws] <= high)) == pytest.approx(0.8, abs=0.05)
