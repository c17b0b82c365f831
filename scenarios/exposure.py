"""Euros that hang on what is not verified: a value at either end of its range, an open question answered otherwise.

The central forecast (fitted values, median paths, one replication) is projected anew with one thing changed and the
same keyed draws. What was fitted stays as it is, and so does the path of the stock: so this is what a forecast would
have been off by, not what another calibration would have made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from forecasting.flows import FlowFactors
from scenarios.calibrate import stock_model
from scenarios.project import Plan, middle, project
from scenarios.workers import Progress, in_workers
from sim.clients.assumptions import Assumption, Fitted
from sim.law.calendar import day_number
from sim.law.ladder import Ladder
from sim.law.loader import Evidence, load_law
from sim.law.schema import Maximum
from sim.law.switches import Switch

TENTH = 0.1  # change of a value for which no range is stated
DECILE = 1.2816  # of the normal distribution: fitted values go to their 10 % and 90 % points
PAYMENT = ("payment.delay_days", "payment.advanced_share", "payment.late_share")
MACRO_DRAWS = 40  # paths whose median is followed where the split of a path into flows is varied
COLUMNS = ["kind", "name", "end", "value", "year", "euros"]


@dataclass(frozen=True)
class Variant:
    """One change: its kind (law, switch, assumption or fitted), what is changed, to which end, and to what value."""

    kind: str
    name: str
    end: str
    value: Any


def exposure(plan: Plan, workers: int, progress: Progress = lambda done, total: None) -> pd.DataFrame:
    """Change of the forecast's euros by budget year for every variant: columns COLUMNS, cost positive, in cents."""
    changes = list(variants(plan))
    base, *others = in_workers(partial(_euros_of, central(plan)), [None, *changes], workers, progress)
    return pd.DataFrame([(change.kind, change.name, change.end, text_of(change.value), year, round(moved, 2) + 0.0)
                         for change, euros in zip(changes, others, strict=True)
                         for year, moved in (euros - base).items()], columns=COLUMNS)


def variants(plan: Plan) -> Iterator[Variant]:
    """Every change that exposure tries, in the order of law, open questions, assumptions and fitted values."""
    inputs = plan.inputs
    switches = inputs.law.switches
    for entry in inputs.law.unverified():
        if not switches_of(entry, switches):
            for end, value in _law_ends(entry):
                yield Variant("law", dated_name(entry), end, value)
    for name, switch in switches.items():
        for alternative in switch.alternatives:
            if alternative != inputs.law.choices[name] and not switch.inert:
                yield Variant("switch", name, alternative, alternative)
    for name, assumption in inputs.assumed.items():
        # a fitted one is judged by its fit, but for the payment lag, whose fit has no spread
        if assumption.status != "verified" and (not isinstance(assumption, Fitted) or name in PAYMENT):
            for end, values in ends_of(assumption):
                yield Variant("assumption", name, end, values)
    stored = plan.calibration.stored
    for place, name in enumerate(stored.names):
        spread = DECILE * stored.covariance[place][place] ** 0.5
        for end, sign in (("low", -1), ("high", 1)):
            yield Variant("fitted", name, end, stored.values[place] + sign * spread)


def dated_name(entry: Evidence) -> str:
    """Name of a law value with its first day: "benefits.basic_amount 2028-01-01"."""
    return f"{entry.name} {entry.since}"


def switches_of(entry: Evidence, switches: Mapping[str, Switch]) -> list[str]:
    """Names of the open questions that stand for *entry*: an alternative sets it."""
    return [name for name, switch in switches.items()
            if any((setting.key, setting.since) == (entry.name, entry.since)
                   for settings in switch.sets.values() for setting in settings)]


def _law_ends(entry: Evidence) -> Iterator[tuple[str, Any]]:
    """Either end of a law value: of its range, or a tenth less and more; a yes or no is turned round."""
    value = entry.value
    if isinstance(value, bool):
        yield "other", not value
        return
    for end, factor in (("low", 1 - TENTH), ("high", 1 + TENTH)):
        if isinstance(value, Ladder):
            yield end, Ladder(value.thresholds, tuple(min(share * factor, 1.0) for share in value.shares))
        elif isinstance(value, Maximum):
            yield end, Maximum(**{key: round(days * factor) for key, days in value.model_dump().items()})
        elif isinstance(value, float | int):
            yield end, entry.range[end == "high"] if entry.range else value * factor


def ends_of(assumption: Assumption) -> Iterator[tuple[str, list[float]]]:
    """Values scaled until the first of them meets the end of the range, or by a tenth where no range is stated.

    Shares that sum to one are tilted instead: the first falls (or rises) and the last the other way.
    """
    values = assumption.array
    if len(values) > 1 and np.isclose(values.sum(), 1):
        tilt = np.linspace(-TENTH, TENTH, len(values))
        for end, sign in (("low", 1), ("high", -1)):
            tilted = values * (1 + sign * tilt)
            yield end, (tilted / tilted.sum()).tolist()
        return
    low, high = assumption.range or (values.min() * (1 - TENTH), values.max() * (1 + TENTH))
    if len(values) == 1:
        yield from (("low", [float(low)]), ("high", [float(high)]))
        return
    for end, factor in (("low", low / values.min() if values.min() else 1 - TENTH), ("high", high / values.max())):
        yield end, (values * factor).tolist()


def central(plan: Plan) -> Plan:
    """*plan* with one draw: the fitted values, the median paths and no slips of payment months."""
    stored = plan.calibration.stored
    certain = stored.model_copy(update={
        "covariance": np.zeros_like(stored.covariance).tolist(),
        "payment": stored.payment.model_copy(update={"timing_sd": 0.0})})
    return replace(plan, calibration=replace(plan.calibration, stored=certain), replications=1,
                   paths=middle(plan.paths)[None], flows=_median(plan.flows))


def _median(flows: FlowFactors) -> FlowFactors:
    arrivals, outflow = (middle(each)[None] for each in (flows.arrivals, flows.outflow))
    return FlowFactors(arrivals, outflow, np.array([flows.limited.any(axis=0)]))


def changed(plan: Plan, change: Variant) -> Plan:
    """*plan*, without services, with one thing changed."""
    inputs, name, stored = plan.inputs, change.name, plan.calibration.stored
    if change.kind == "fitted":
        values = list(stored.values)
        values[stored.names.index(name)] = change.value
        return _refitted(plan, values=values)
    if change.kind == "switch":
        law = load_law(inputs.law.folder, {**inputs.law.choices, name: change.value})
        return replace(plan, inputs=replace(inputs, law=law))
    if change.kind == "law":
        key, since = name.split()
        return replace(plan, inputs=replace(inputs, law=inputs.law.with_value(key, day_number(since), change.value)))
    if name in PAYMENT:
        field = name.removeprefix("payment.")
        return _refitted(plan, payment=stored.payment.model_copy(update={field: change.value[0]}))
    varied = replace(inputs, assumed=inputs.assumed.with_values(name, change.value))
    if not name.startswith("macro."):
        return replace(plan, inputs=varied)
    then, now = (_median(stock_model(each).sampled(plan.forecast, range(MACRO_DRAWS), plan.seed)[1])
                 for each in (inputs, varied))
    return replace(plan, inputs=varied, flows=FlowFactors(plan.flows.arrivals * now.arrivals / then.arrivals,
                                                          plan.flows.outflow * now.outflow / then.outflow,
                                                          plan.flows.limited | now.limited))


def _refitted(plan: Plan, **update: Any) -> Plan:
    stored = plan.calibration.stored.model_copy(update=update)
    return replace(plan, calibration=replace(plan.calibration, stored=stored))


def _euros_of(plan: Plan, change: Variant | None) -> pd.Series:
    """Euros of the central *plan* by budget year, with *change*."""
    varied = plan if change is None else changed(plan, change)
    euros = project(varied, 0, 0).euros.sum(axis=(1, 2))
    return pd.Series(euros).groupby((plan.first_month + np.arange(plan.months)) // 12).sum()


def text_of(value: Any) -> str:
    """*value* of a variant in print."""
    if isinstance(value, list):
        return " / ".join(f"{each:.4g}" for each in value)
    return f"{value:.5g}" if isinstance(value, float) else str(value)
