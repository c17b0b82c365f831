"""What a run rests on that nobody has verified, and the euros that hang on each of it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from scenarios.books import Books
from scenarios.exposure import COLUMNS, dated_name, switches_of
from scenarios.inputs import Inputs
from scenarios.mix import ServiceMix
from scenarios.national import national_means
from scenarios.scenario import BOOKS
from sim.clients.assumptions import Assumption
from sim.law.loader import Law
from sim.services.values import figures_of
from sources.national import Outlook

EUROS = ["euros_low", "euros_high"]


def unverified(inputs: Inputs, exposed: pd.DataFrame | None = None, books: Books | None = None,
               outlook: Outlook | None = None, mix: ServiceMix | None = None) -> pd.DataFrame:
    """Every value of law, assumptions, books, outlook and services that was not verified.

    Parameters
    ----------
    exposed : table of scenarios.exposure.exposure, if it was made.
    outlook : of a run that follows it; what it says of the country's unemployed is listed.
    mix : of a run with services, a scenario's changes made.

    Returns
    -------
    DataFrame of kind (law, assumption, budget, outlook, service), name, value, unit, status, range, switches (open
    questions that stand for it), source, and euros_low and euros_high: the least and the most that the forecast as a
    whole changes when the value stands at either end of its range (a tenth less or more where none is stated), or when
    the open question is answered otherwise; empty where that was not tried.
    """
    rows = _of_figures("assumption", inputs.assumed.items())
    rows += _of_figures("budget", books.unverified()) if books else []
    rows += _of_outlook(outlook) if outlook else []
    for name, part in mix.files.items() if mix else ():
        rows += [] if name in BOOKS and books else _of_figures("service", figures_of(part, name))
    table, totals = pd.concat([unverified_law(inputs.law), pd.DataFrame(rows)], ignore_index=True), _totals(exposed)
    hanging = [totals[totals["name"].isin([row.name, *row.switches.split()]) & (row.kind != "service")]["euros"]
               for row in table.itertuples(index=False)]
    table["euros_low"] = [min(0.0, *euros) if len(euros) else None for euros in hanging]
    table["euros_high"] = [max(0.0, *euros) if len(euros) else None for euros in hanging]
    return table


def _of_figures(kind: str, figures: Iterable[tuple[str, Assumption]]) -> list[dict[str, str]]:
    """Those of the named *figures* that were not verified."""
    return [{"kind": kind, "name": name, "value": str(each.value), "unit": each.unit, "status": each.status,
             "range": _span(each.range), "switches": "", "source": each.source}
            for name, each in figures if each.status != "verified"]


def _of_outlook(outlook: Outlook) -> list[dict[str, str]]:
    """The outlook's means by year, unless they were verified."""
    stated = outlook.stated
    if stated.status == "verified":
        return []
    return [{"kind": "outlook", "name": f"outlook.{year}", "value": f"{mean:g}", "unit": stated.unit,
             "status": stated.status, "range": "", "switches": "", "source": stated.source}
            for year, mean in national_means(outlook).items()]


def unverified_law(law: Law) -> pd.DataFrame:
    """The rows of ``unverified`` that *law* brings, without euros; their names end in a date."""
    return pd.DataFrame([{"kind": "law", "name": dated_name(entry), "value": str(entry.value), "unit": entry.unit,
                          "status": entry.status, "range": _span(entry.range),
                          "switches": " ".join(switches_of(entry, law.switches)), "source": entry.source}
                         for entry in law.unverified()])


def open_questions(law: Law, exposed: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every alternative of every open question of the law.

    Returns
    -------
    DataFrame of switch, question, alternative, meaning, holds (the run takes it), inert (no answer moves a run), euros
    (change of the forecast as a whole if it held instead; empty where that was not tried) and reason: why the default,
    or why nothing moves.
    """
    totals = _totals(exposed)
    tried = {(row.name, row.end): row.euros for row in totals[totals["kind"] == "switch"].itertuples(index=False)}
    rows = []
    for name, switch in law.switches.items():
        for alternative, meaning in switch.alternatives.items():
            holds = law.choices[name] == alternative
            rows.append({"switch": name, "question": switch.question, "alternative": alternative, "meaning": meaning,
                         "holds": holds, "inert": bool(switch.inert),
                         "euros": 0.0 if holds or switch.inert else tried.get((name, alternative)),
                         "reason": switch.inert or switch.reason})
    return pd.DataFrame(rows)


def _totals(exposed: pd.DataFrame | None) -> pd.DataFrame:
    """Euros of each variant over all forecast years."""
    if exposed is None:
        return pd.DataFrame(columns=COLUMNS)
    return exposed.groupby(["kind", "name", "end"], as_index=False, sort=False)["euros"].sum().round({"euros": 2})


def _span(limits: tuple[float, float] | list[float] | None) -> str:
    return "" if limits is None else f"{limits[0]:g} to {limits[1]:g}"
