"""Shocks of a scenario: more or fewer people come, or leave more or less readily, in stated months.

A shock multiplies the flows of every draw alike. It never edits what was observed, and the paths of the forecast stay
as they were: what differs between a run and its baseline is the shock, draw by draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Protocol

import numpy as np
from pydantic import Field, field_validator, model_validator

from forecasting.flows import FlowFactors
from sim.law.calendar import month_label, month_number
from sources.errors import InputError
from sources.files import Strict

if TYPE_CHECKING:
    from scenarios.project import Plan

Factor = Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False)]


class Shock(Strict):
    """Factors on arrivals and on all exit hazards in the months from *since* to *until*, such as 2027-03; 1 is none."""

    since: str
    until: str
    arrivals: Factor = 1.0
    outflow: Factor = 1.0

    @field_validator("since", "until")
    @classmethod
    def _is_a_month(cls, month: str) -> str:
        month_number(month)
        return month

    @model_validator(mode="after")
    def _in_order(self) -> Shock:
        if month_number(self.until) < month_number(self.since):
            raise ValueError(f"ends in {self.until}, before it begins in {self.since}")
        return self


class Span(Protocol):
    """First and last month, such as 2027-03, of a shock or a window."""

    @property
    def since(self) -> str: ...

    @property
    def until(self) -> str: ...


def check_simulated(spans: Sequence[Span], months: range, file: str, where: str) -> None:
    """InputError about the *file*, at *where*, if one of *spans* does not lie within *months* (numbers)."""
    for span in spans:
        if month_number(span.since) not in months or month_number(span.until) not in months:
            raise InputError(file, f"{where}, {span.since} to {span.until}", "is not all simulated",
                             f"choose months from {month_label(months[0])} to {month_label(months[-1])}")


def shocked(plan: Plan, shocks: Sequence[Shock]) -> Plan:
    """*plan* with its flows times the *shocks*; those of one month multiply.

    Raises
    ------
    InputError : a shock has a month that the plan does not simulate.
    """
    check_simulated(shocks, range(plan.first_month, plan.first_month + plan.months), "scenario", "key shocks")
    arrivals, outflow = np.ones(plan.months), np.ones(plan.months)
    for shock in shocks:
        first, last = (month_number(month) - plan.first_month for month in (shock.since, shock.until))
        arrivals[first:last + 1] *= shock.arrivals
        outflow[first:last + 1] *= shock.outflow
    flows = plan.flows
    return replace(plan, flows=FlowFactors(flows.arrivals * arrivals, flows.outflow * outflow, flows.limited))
