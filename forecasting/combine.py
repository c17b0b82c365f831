"""Several members as one forecast: at each month and each quantile the median of theirs.

A median of quantiles is as sharp as its members and heeds no single one that runs away (Petropoulos & Svetunkov, "A
simple combination of univariate models", International Journal of Forecasting 36(1), 2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.members.base import Ahead

WEIGHED = np.linspace(-2, 2, 41)  # standard scores over which weights are counted


@dataclass(frozen=True, eq=False)
class Combination:
    """Members by name, and the distribution that they make together, on the log scale."""

    members: Mapping[str, Ahead]

    @property
    def horizon(self) -> int:
        """Months ahead."""
        return len(self._means[0])

    @property
    def _means(self) -> np.ndarray:
        return np.stack([member.mean for member in self.members.values()])

    @property
    def _sds(self) -> np.ndarray:
        return np.stack([member.sd for member in self.members.values()])

    def levels(self, scores: np.ndarray) -> np.ndarray:
        """Quantile of each month at standard *scores* (…, horizon): of the normal members, the median.

        Rising in the score, since each member's quantile is.
        """
        spread = np.asarray(scores)[..., None, :] * self._sds
        return np.median(self._means + spread, axis=-2)

    def weights(self) -> dict[str, np.ndarray]:
        """Share of the quantiles for which each member is the median, by month (horizon,); shares sum to 1."""
        quantiles = self._means + WEIGHED[:, None, None] * self._sds  # (scores, members, horizon)
        order = np.argsort(quantiles, axis=1, kind="stable")
        count = len(self.members)
        middle = (order[:, [(count - 1) // 2]] == np.arange(count)[:, None]).astype(float)
        middle += order[:, [count // 2]] == np.arange(count)[:, None]
        return dict(zip(self.members, middle.mean(axis=0) / 2, strict=True))

    def scores_of_paths(self, member: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """Standard scores of joint paths, (draws, horizon): normal in each month, correlated as in one member's paths.

        Parameters
        ----------
        member : (draws,) which member's paths, by position.
        normals : (draws, horizon) independent standard normal numbers.
        """
        scores = np.empty_like(normals)
        for place, ahead in enumerate(self.members.values()):
            mine = member == place
            scores[mine] = normals[mine] @ (ahead.root / ahead.sd[:, None]).T
        return scores
