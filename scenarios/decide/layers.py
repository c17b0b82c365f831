"""Whose luck is it: the variance of a forecast by layer, and of the fitted world by its strongest inputs.

The layers are those of every run: *replication* (who leaves when), *draw* (fitted values, payment timing, prices of the
year) and *path* (the economy: recipients, the split of their changes, vacancies). A run draws all three anew in each
unit; here they are recombined, one layer from another unit at a time (``variance``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from forecasting.flows import FlowFactors
from scenarios.decide.change import accepted
from scenarios.decide.inputs import Input, Setting
from scenarios.decide.outturn import objects_of, outturn, years_of
from scenarios.decide.variance import Indices, components, indices
from scenarios.exposure import central
from scenarios.project import Plan, Unit, project
from scenarios.workers import Progress, in_workers

LAYERS = ("draw", "path", "replication")
INTERACTION = "interaction"
STRONGEST = 12  # inputs whose main effects are told


def draws_of(rows: int) -> int:
    """Draws that a plan must have sampled for a design of so many *rows*."""
    return 4 * rows


def layers(setting: Setting, rows: int, workers: int, progress: Progress = lambda done, total: None) -> pd.DataFrame:
    """Variance by layer of each object and year.

    Parameters
    ----------
    setting : its plan has sampled ``draws_of(rows)`` draws, of which every other is used, for pairs mirror each other.
    rows : of the design; it takes five units each.

    Returns
    -------
    DataFrame of object, year (0: all), layer, deviation (euros, of the whole), first, first_p10, first_p90, total,
    total_p10, total_p90: shares of the variance; the layer ``interaction`` is what first-order shares leave of one.
    """
    a, b = (2 * (np.arange(rows)[:, None] + [start] * len(LAYERS)) for start in (0, rows))
    mixed = [np.where(np.arange(len(LAYERS)) == place, b, a) for place in range(len(LAYERS))]
    design = np.concatenate([a, b, *mixed])
    units = in_workers(partial(_recombined, setting.plan), design.tolist(), workers, progress)
    euros = outturn(setting, units)
    flat = euros.reshape(2 + len(LAYERS), rows, -1)
    found = components(flat[0], flat[1], flat[2:], setting.plan.seed)
    cells = [(name, year) for name in objects_of(setting) for year in years_of(setting.plan)]
    return pd.DataFrame([row for place, cell in enumerate(cells) for row in _of_cell(found, place, *cell)])


def _recombined(plan: Plan, numbers: Sequence[int]) -> Unit:
    """The unit of a draw's number, a path's and a replication key's."""
    draw, path, luck = numbers
    return project(replace(_on_path(plan, path), baseline=plan.baseline and _on_path(plan.baseline, path)), draw, luck)


def _on_path(plan: Plan, path: int) -> Plan:
    """*plan* in which every draw has the path of number *path*, and the replication alone is the key of luck."""
    flows, vacancies = plan.flows, plan.vacancies
    every = [path] * len(plan.paths)
    return replace(plan, replications=0, paths=plan.paths[every], vacancies=None if vacancies is None
                   else vacancies[every], flows=FlowFactors(flows.arrivals[every], flows.outflow[every],
                                                            flows.limited[every]))


def _of_cell(found: Indices, place: int, name: str, year: int) -> list[dict]:
    rows = [{"layer": layer, **_cell(found, which, place, name, year)} for which, layer in enumerate(LAYERS)]
    rest = 1 - found.first[:, place].sum() if found.variance[place] > 0 else 0.0
    return [*rows, {"layer": INTERACTION, "object": name, "year": year, "deviation": rows[0]["deviation"],
                    "first": rest}]


def _cell(found: Indices, which: int, place: int, name: str, year: int) -> dict:
    """Shares of input *which* in output *place*."""
    first, total = found.first_band[:, which, place], found.total_band[:, which, place]
    return {"object": name, "year": year, "deviation": round(float(found.variance[place] ** 0.5), 2),
            "first": found.first[which, place], "first_p10": first[0], "first_p90": first[1],
            "total": found.total[which, place], "total_p10": total[0], "total_p90": total[1]}


def main_effects(setting: Setting, inputs: Sequence[Input], points: int, workers: int,
                 progress: Progress = lambda done, total: None) -> pd.DataFrame:
    """Sobol' indices of *inputs*, each even over its range and independent of the others, on the central forecast.

    Parameters
    ----------
    setting : whose fitted values, median path and one replication are held but for the inputs; without services.
    points : of the design, a power of two; it takes len(inputs) + 2 runs each.

    Returns
    -------
    DataFrame of input, object, year, deviation (euros, of all together), and shares as ``layers`` has them.
    """
    held = Setting(central(replace(setting.plan, services=None, baseline=None)), setting.books)
    scattered = stats.qmc.Sobol(2 * len(inputs), rng=np.random.default_rng(setting.plan.seed)).random(points)
    a, b = np.split(scattered, 2, axis=1)
    mixed = [np.where(np.arange(len(inputs)) == place, b, a) for place in range(len(inputs))]
    runs = in_workers(partial(_at, held, inputs), np.concatenate([a, b, *mixed]).tolist(), workers, progress)
    flat = np.stack(runs).reshape(2 + len(inputs), points, -1)
    found = indices(flat[0], flat[1], flat[2:], setting.plan.seed)
    cells = [(name, year) for name in objects_of(held) for year in years_of(held.plan)]
    return pd.DataFrame([{"input": each.name, **_cell(found, which, place, *cell)}
                         for which, each in enumerate(inputs) for place, cell in enumerate(cells)])


def _at(setting: Setting, inputs: Sequence[Input], places: Sequence[float]) -> np.ndarray:
    """Euros with each of *inputs* at a place of its range, (objects × years,)."""
    varied, _ = accepted(setting, [each.at(place) for each, place in zip(inputs, places, strict=True)], 1)
    return outturn(varied, [project(varied.plan, 0, 0)])[0].ravel()
