"""The command ``kuntaosuus layers``: whose luck a forecast's variance is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import CORES, AsJson, DataFolder, Workers, guarded, progress_bar, tell, wide
from sources.records import records

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.decide.inputs import Input, Setting
    from scenarios.workers import Progress


@guarded
def layers(
    scenario: Annotated[str, typer.Argument(help="Name in the library, or path of a .yaml file.")] = "baseline",
    draws: Annotated[int, typer.Option(min=2, help="Rows of the design by layer; each takes five runs.")] = 64,
    points: Annotated[int, typer.Option(min=0, help=(
        "Points of the main effects of the strongest inputs, a power of two; each takes 14 runs. 0: none."))] = 32,
    services: Annotated[bool, typer.Option("--services/--no-services", help=(
        "Simulate caseworkers, services and vacancies in the design by layer."))] = False,
    workers: Workers = CORES,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """How much of a forecast's variance is chance, parameters and the economy, and which inputs matter most.

    [bold]By layer[/bold]: a run draws who leaves when (replication), fitted values, prices and payment timing (draw),
    and the economy (path) anew in each unit. Here they are recombined, one layer from another unit at a time. "Alone"
    is the share of the variance that would go if the layer were known; "in all" what would stay if the others were. Of
    a scenario with a baseline it is the effect whose variance is told.

    [bold]By input[/bold]: Sobol' indices of the twelve inputs with the widest range in the net, on the central forecast
    without services. Ranges of what nobody has measured are no probabilities: the shares tell what to find out first.

    [bold]Time[/bold]: five minutes on two cores; with --services 9 seconds of a core for each of 5 x --draws runs.

    Examples: [bold]kuntaosuus layers[/bold], [bold]kuntaosuus layers --draws 128 --points 0 --json[/bold]
    """
    from reports.sensitivity import effects_table, layers_table
    from scenarios.decide.layers import draws_of
    from scenarios.decide.layers import layers as by_layer
    from scenarios.decide.outturn import objects_of
    from scenarios.decide.prepare import prepared
    from sources.area import data_root
    from sources.errors import InputError

    if points & (points - 1):
        raise InputError("command line", f"option --points {points}", "is no power of two", "write 32 or 64")
    asked, setting = prepared(scenario, draws_of(draws), services, data_root(data), workers, tell)
    with progress_bar("by layer") as progress:
        rows = by_layer(setting, draws, workers, progress)
    measure, effects, spans = objects_of(setting)[-1], None, dict[str, str]()
    if points:
        with progress_bar("by input") as progress:
            strongest, effects = _by_input(setting, points, workers, progress)
        spans = {each.name: each.span for each in strongest}
    if as_json:
        print(json.dumps({"scenario": asked.title, "of": "effect" if setting.plan.baseline else "forecast",
                          "rows": draws, "layers": records(rows), "points": points,
                          "inputs": [] if effects is None else records(effects)}, ensure_ascii=False))
        return
    wide.print(layers_table(rows, asked.title))
    if effects is not None:
        wide.print(effects_table(effects, measure, spans, asked.title))


def _by_input(setting: Setting, points: int, workers: int, progress: Progress) -> tuple[list[Input], pd.DataFrame]:
    """The strongest inputs, by a tornado of the central forecast, and their main effects."""
    from scenarios.decide.inputs import inputs_of
    from scenarios.decide.layers import STRONGEST, main_effects
    from scenarios.decide.tornado import tornado
    from scenarios.exposure import central

    plain = replace(setting, plan=replace(setting.plan, services=None, baseline=None))
    inputs = {each.name: each for each in inputs_of(plain)}
    held = replace(plain, plan=central(plain.plan))
    widest = tornado(held, list(inputs.values()), 1, STRONGEST, 0, workers, progress)
    strongest = [inputs[name] for name in widest.inputs["name"].head(STRONGEST)]
    return strongest, main_effects(plain, strongest, points, workers, progress)
