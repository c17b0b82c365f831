"""Memo lines: what others pay for the same people. Never part of the binding net.

Who leaves unemployment for rehabilitation, sickness allowance or a pension costs the municipality nothing more, and
somebody else something. The lines price the days in states by mean amounts. A month's days are calendar days, of which
5/7 are benefit days and 6/7 weekdays on average: months of equal length cost the same. Waiting days are taken as paid.

Cost is positive whoever bears it; municipal tax, which the municipality gains, is negative.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from sim.clients.assumptions import Assumption
from sim.clients.clients import WITH_BENEFIT, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.benefits import Entitlement
from sim.law.calendar import benefit_day, benefit_days_before
from sim.money.ledger import Entitled
from sim.services.contracts import Title
from sim.services.dated import by_month
from sim.services.integration import Compensation
from sim.services.partners import JointPlan, Queues
from sim.services.values import Sourced, figures_of
from sources.files import Strict, read_yaml

PAYERS = "services/payers.yaml"  # national, in the data root
DAYS_PER_YEAR = 12 * DAYS_PER_MONTH
PER_DAY = {"€/benefit day": 5 / 7, "€/weekday": 6 / 7, "€/month": 1 / DAYS_PER_MONTH}
"""Units of an amount in a calendar day."""

Payer = Literal["state", "kela", "funds", "pension_insurers", "wellbeing_county", "employers", "municipal_tax"]
StateName = Literal["unemployed", "short_work", "lasting_work", "service", "laid_off", "subsidised_work",
                    "subsidised_work_exception", "sickness", "additional_days", "rehabilitation", "disability_pension"]
COLUMNS = ["month", "payer", "line", "euros"]


class Amount(Sourced):
    """Euros of a day from Monday to Friday, of one from Monday to Saturday, or of a month."""

    unit: Literal["€/benefit day", "€/weekday", "€/month"]


class Line(Strict):
    """What a payer pays for people in some states.

    Attributes
    ----------
    only_fund : for days of a fund's earnings-related allowance only.
    less_municipal_share : what the municipality pays of it is taken off.
    income : the municipality gains it.
    """

    title: Title
    payer: Payer
    states: Annotated[list[StateName], Field(min_length=1)]
    only_fund: bool = False
    less_municipal_share: bool = False
    income: bool = False
    amount: Amount

    @property
    def per_day(self) -> float:
        """Euros of a calendar day in the states, with their sign."""
        return float(self.amount) * PER_DAY[self.amount.unit] * (-1 if self.income else 1)


class Payers(Strict):
    """Schema of ``payers.yaml``: lines by name."""

    lines: Annotated[dict[str, Line], Field(min_length=1)]

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return [pair for name, line in self.lines.items() for pair in figures_of(line, f"payers.{name}")]


def read_payers(root: Path) -> Payers:
    """The payers of the data *root*; InputError names file, key and line of a fault."""
    return read_yaml(root / PAYERS, Payers)


def days_in_states(log: pd.DataFrame, clients: Entitled, origin: int, edges: np.ndarray) -> np.ndarray:
    """Calendar days in each state by month, (months, states, 2): others, and those on a fund's allowance.

    Parameters
    ----------
    log : spells, as EventLog.frame().
    origin : day number of the run's first day.
    edges : first day of each month and the horizon, days from the origin.
    """
    state, start, end = (log[name].to_numpy() for name in ("state", "start", "end"))
    who = log["client"].to_numpy()
    member = (clients.entitlement[who] == Entitlement.EARNINGS_RELATED) & np.isin(state, WITH_BENEFIT)
    used_up = np.where(member, np.clip(_day_past(log, clients.maximum_days[who], origin), start, end), start)
    days = np.zeros((len(edges) - 1, len(State), 2))
    for code in np.unique(state):
        here = state == code
        days[:, code, 0] = _days(used_up[here], end[here], edges)
        days[:, code, 1] = _days(start[here], used_up[here], edges)
    return days


def memo_lines(payers: Payers, days: np.ndarray, municipal_share: np.ndarray) -> pd.DataFrame:
    """Euros by month and line of *payers*.

    Parameters
    ----------
    days : see ``days_in_states``.
    municipal_share : (months,) euros of unemployment benefit that the municipality pays.

    Returns
    -------
    month (from the origin), payer, line, euros.
    """
    parts = []
    for name, line in payers.lines.items():
        found = days[:, [State[state.upper()] for state in line.states]]
        euros = (found[:, :, 1] if line.only_fund else found.sum(axis=2)).sum(axis=1) * line.per_day
        parts.append(_lines(line.payer, name, euros - municipal_share if line.less_municipal_share else euros))
    return pd.concat(parts, ignore_index=True)


def queue_lines(queues: Queues, cases: pd.DataFrame, edges: np.ndarray) -> pd.DataFrame:
    """Euros that other owners pay for cases of their queues, at the start of each.

    Parameters
    ----------
    cases : of those who got in, ``queue`` (name in *queues*) and ``start`` (days from the origin).

    Returns
    -------
    as ``memo_lines``; what the city buys is no memo and is left out.
    """
    parts = []
    for name in Queues.model_fields:
        queue, starts = getattr(queues, name), cases.loc[cases["queue"] == name, "start"]
        if queue.price is not None:
            parts.append(_lines(queue.owner, name, np.histogram(starts, edges)[0] * float(queue.price)))
    return pd.concat(parts, ignore_index=True)


def joint_plan_lines(plan: JointPlan, log: pd.DataFrame, origin: int, edges: np.ndarray) -> pd.DataFrame:
    """Euros of multi-agency plans that others than the city bear: its own part is pay of its staff. See memo_lines."""
    log = log[np.isin(log["state"].to_numpy(), WITH_BENEFIT)]
    start, end = log["start"].to_numpy(), log["end"].to_numpy()
    days = _days(np.clip(_day_past(log, int(plan.paid_days.value), origin), start, end), end, edges)
    euros = days * by_month(plan.clients, origin + np.asarray(edges).astype(int)) * float(plan.cost) / DAYS_PER_YEAR
    return pd.concat([_lines(payer, "joint_plan", euros * float(share)) for payer, share in plan.payers.items()
                      if payer != "city"], ignore_index=True)


def compensation_lines(compensation: Compensation, log: pd.DataFrame, plan_starts: np.ndarray,
                       edges: np.ndarray) -> pd.DataFrame:
    """What the state pays the municipality for clients with an integration plan, as long as they are not gone.

    Parameters
    ----------
    plan_starts : (clients,) see sim.services.integration.plan_starts.
    """
    log = log[log["state"].to_numpy() != State.GONE]
    first = plan_starts[log["client"].to_numpy()]
    start, end = log["start"].to_numpy(), log["end"].to_numpy()
    within = np.clip(first, start, end), np.clip(first + float(compensation.months) * DAYS_PER_MONTH, start, end)
    return _lines("state", "integration_compensation",
                  _days(*within, edges) * float(compensation.amount) / DAYS_PER_YEAR)


def _lines(payer: str, line: str, euros: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"month": np.arange(len(euros)), "payer": payer, "line": line, "euros": euros})[COLUMNS]


def _day_past(log: pd.DataFrame, counter: np.ndarray | int, origin: int) -> np.ndarray:
    """Day from the origin on which each spell's counter would have passed *counter*; long ago where it had."""
    first = np.ceil(log["start"].to_numpy()).astype(np.int64) + origin
    return benefit_day(benefit_days_before(first) + counter - log["counter"].to_numpy()) - origin


def _days(start: np.ndarray, end: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Days by month of the spells from *start* to *end*: sums of both, capped at each edge, by sorting once."""
    def capped(days: np.ndarray) -> np.ndarray:
        days, sums = np.sort(days), np.concatenate([[0.0], np.cumsum(np.sort(days))])
        below = np.searchsorted(days, edges)
        return sums[below] + (len(days) - below) * np.asarray(edges)

    return np.diff(capped(end) - capped(start))
