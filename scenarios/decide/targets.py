"""What a seek is to reach: a short text such as ``P(net<=budget)>=0.8``, parsed by hand, and held against measures.

    P(OBJECT<=AMOUNT)>=SHARE     the object keeps within the amount with at least this probability
    mean(OBJECT)<=AMOUNT         its mean is at most the amount
    pNN(OBJECT)<=AMOUNT          its NN % quantile is: the same as P(OBJECT<=AMOUNT)>=0.NN
    OBJECT_change<=AMOUNT        its mean change against the scenario that the seek starts from is
    wait(CONTRACT)<=DAYS         the mean wait of those who start under the contract is

OBJECT is one of OBJECTS, in the year that is asked. AMOUNT is ``budget``, the appropriation in force, or euros, with k
or M after them if they are many; SHARE is 0.8 or 80%.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from scenarios.books import Books
from scenarios.breaks import breaks
from scenarios.paired import LEVEL, clusters_of, error_of_mean, margin
from scenarios.summary import TOTAL
from sim.money.budget import BENEFIT_SHARE, NET, OPERATING
from sources.errors import InputError, nearest
from sources.monthly import HALF_CENT

OBJECTS = (NET, OPERATING, BENEFIT_SHARE)
BUDGET = "budget"
FORMS = ("P(net<=budget)>=0.8", "mean(net)<=28.0M", "p90(net)<=29M", "net_change<=0", "wait(CONTRACT)<=30")
UNITS = {"": 1.0, "k": 1e3, "M": 1e6}
Asked = Literal["object", "change", "wait"]


@dataclass(frozen=True)
class Target:
    """A parsed target: a quantile or a mean is to be at most a limit.

    Attributes
    ----------
    text : as it was written.
    asked : what is measured.
    name : the object, or the contract.
    limit : euros or days; None for the appropriation.
    share : which quantile, and the probability with which the limit is to hold; None for the mean.
    """

    text: str
    asked: Asked
    name: str
    limit: float | None
    share: float | None = None

    def limit_in(self, books: Books | None, year: int) -> float:
        """The limit in *year*, in euros or days; InputError where no budget of that year says it."""
        if self.limit is not None:
            return self.limit
        if books is None or year not in books.budget.years:
            raise _fault(self.text, f"asks for the budget of {year}, and there is none",
                         "give an amount such as 28.0M instead, or another --year")
        return books.decisions(year)[self.name].current

    def values(self, after: pd.DataFrame, before: pd.DataFrame, year: int) -> np.ndarray:
        """What is held against the limit, by unit: its mean or quantile is the statistic that the target asks.

        A ratio of sums is linearised about itself, so that its error is that of a mean.

        Raises
        ------
        InputError : *after* measures no such thing in *year*.
        """
        if self.asked == "wait":
            days, started = (_row(after, ("contract", self.name, part, year), self.text)
                             for part in ("wait_days", "started"))
            if not started.sum():
                return np.full(len(days), np.inf)  # nobody comes in: whoever waits, waits for ever
            ratio = days.sum() / started.sum()
            return ratio + (days - ratio * started) / started.mean()
        key = (self.name, TOTAL, "", year)
        own = _row(after, key, self.text)
        return own - _row(before, key, self.text) if self.asked == "change" else own

    def reading(self, values: np.ndarray, draws: np.ndarray, limit: float) -> Reading:
        """How *values*, of units of these *draws*, stand to the *limit*."""
        if self.share is None:
            mean = float(values.mean())
            half = float(margin(*error_of_mean(values, clusters_of(draws.tolist())))) if np.isfinite(mean) else 0.0
            return Reading(mean - limit, mean, mean - half, mean + half, limit)
        kept = ~breaks(values, limit)
        statistic = np.sort(values)[ceil(self.share * len(values) - 1e-9) - 1]
        return Reading(float(statistic - limit), float(kept.mean()),
                       *wilson(float(kept.mean()), len(np.unique(draws))), self.share)

    def telling(self, values: np.ndarray, limit: float) -> np.ndarray:
        """By unit what the estimate of a reading is the mean of: whether the limit holds, or the value itself."""
        return values if self.share is None else (~breaks(values, limit)).astype(float)


@dataclass(frozen=True)
class Reading:
    """What was found of a target at one place.

    Attributes
    ----------
    excess : of the quantile or mean over the limit, euros or days; the target is met where there is none.
    estimate, low, high : the probability or mean that the target asks for, and its 95 % interval.
    asked : what it is held against.
    """

    excess: float
    estimate: float
    low: float
    high: float
    asked: float

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.excess <= HALF_CENT

    @property
    def clear(self) -> bool:
        """Whether that is beyond the noise of so many draws."""
        return not self.low <= self.asked <= self.high


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a probability of which *count* trials showed the *share*.

    A draw counts as one trial however many replications it has. Mirrored draws are no less than independent ones where
    the total falls or rises with what is mirrored, so the interval is rather too wide than too narrow.
    """
    z = norm.ppf(0.5 + LEVEL / 2)
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return min(max(float(middle - half), 0.0), share), max(min(float(middle + half), 1.0), share)


def parse(text: str) -> Target:
    """The target that *text* says; InputError says what of it is not understood."""
    written = re.sub(r"\s", "", text).replace("≤", "<=").replace("≥", ">=")
    for pattern, make in GRAMMAR.items():
        if found := re.fullmatch(pattern, written):
            return make(text, *found.groups())
    if re.search(r"(?<![<>])=|<(?!=)|>(?!=)", written):
        raise _fault(text, "has a comparison that is none of <= and >=", f"write it like {FORMS[0]}")
    raise _fault(text, "is no target that is known", f"write one of {', '.join(FORMS)}")


def _probability(text: str, name: str, amount: str, share: str) -> Target:
    part = _number(share.removesuffix("%"), text) / (100 if share.endswith("%") else 1)
    if not 0 < part < 1:
        raise _fault(text, f"asks for a probability of {share}", "give one between 0 and 1, such as 0.8 or 80%")
    return Target(text, "object", _object(name, text), _amount(amount, text), part)


def _quantile(text: str, rank: str, name: str, amount: str) -> Target:
    if not 0 < int(rank) < 100:
        raise _fault(text, f"asks for the quantile p{rank}", "choose one from p1 to p99")
    return Target(text, "object", _object(name, text), _amount(amount, text), int(rank) / 100)


def _of_mean(asked: Asked, text: str, name: str, amount: str) -> Target:
    limit = _amount(amount, text)
    if asked == "change" and limit is None:
        raise _fault(text, "holds a change against a whole budget", "give euros, such as net_change<=0")
    return Target(text, asked, _object(name, text), limit)


def _wait(text: str, name: str, days: str) -> Target:
    limit = _amount(days, text)
    if limit is None:
        raise _fault(text, "holds days against a budget", "give days, such as 30")
    return Target(text, "wait", name, limit)


GRAMMAR: dict[str, Callable[..., Target]] = {
    r"P\((\w+)<=([^()]+)\)>=([^<>=]+)": _probability,
    r"p(\d+)\((\w+)\)<=([^<>=]+)": _quantile,
    r"mean\((\w+)\)<=([^<>=]+)": partial(_of_mean, "object"),
    r"(\w+)_change<=([^<>=]+)": partial(_of_mean, "change"),
    r"wait\((\w+)\)<=([^<>=]+)": _wait,
}
"""A new form of target is a new line here: its pattern without blanks, and what makes a Target of its groups."""


def _object(name: str, text: str) -> str:
    if name not in OBJECTS:
        raise _fault(text, f"asks for {name}, which is no object of the budget", nearest(name, OBJECTS))
    return name


def _amount(written: str, text: str) -> float | None:
    if written == BUDGET:
        return None
    unit = written[-1] if written[-1:] in ("k", "M") else ""
    return _number(written.removesuffix(unit), text) * UNITS[unit]


def _number(written: str, text: str) -> float:
    if not re.fullmatch(r"-?\d+(\.\d+)?", written):
        raise _fault(text, f"has {written!r} where a number belongs", "write it like 28.0M, 500k, 0.8 or budget")
    return float(written)


def _row(table: pd.DataFrame, key: tuple[str, str, str, int], text: str) -> np.ndarray:
    if key in table.index:
        return table.loc[key].to_numpy(float)
    raise _fault(text, f"asks for {key[0]} in {key[3]}, and the run has no such account",
                 "choose a --year that the run and the budget have")


def _fault(text: str, fault: str, mend: str) -> InputError:
    return InputError("command line", "option --target", f"{text} {fault}", mend)
