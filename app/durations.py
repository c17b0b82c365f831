"""The command ``kuntaosuus durations``: how long unemployment lasts, from a city's own spells."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import AsJson, guarded, out
from sources.records import records

if TYPE_CHECKING:
    from forecasting.durations import Durations

LEAST = 10  # persons of a cell that may be shown
durations = typer.Typer(name="durations", no_args_is_help=True, help=(
    "Estimate how long unemployment lasts from a city's own spells; docs/durations.md describes the columns."))


@durations.command()
@guarded
def fit(
    spells: Annotated[Path, typer.Argument(help="CSV of pseudonymised spells: id,start,end,exit,age_group,…")],
    target: Annotated[
        Path, typer.Option("--out", help="Hazard file to write; the chart goes beside it, as .png.")
    ] = Path("hazards.csv"),
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day in view; earlier time is not at risk.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day no longer in view: spells that run are "
                                      "censored there. Default: the end of what the file tells.")
    ] = None,
    least: Annotated[int, typer.Option("--min-persons", min=3, help="Cells of fewer persons are pooled or kept back.")
                     ] = LEAST,
    as_json: AsJson = False,
) -> None:
    """Estimate exit hazards from spells, and write the file that a run can use in place of published tables.

    Prints survival (Kaplan-Meier beside the fitted model), where people leave to, hazards by month of spell and age,
    and how groups differ (piecewise exponential and Cox). Writes a hazard file and a chart. No id, no row of the input
    and no group of fewer than --min-persons is in them; whatever looks like a personal identity code is refused.

    To use it, put the file into the municipality's folder and name it in settings.yaml, key hazards.measured; then
    [bold]kuntaosuus run[/bold] calibrates anew.

    Example: [bold]kuntaosuus durations fit spells.csv --since 2023-01-01 --out data/x/hazards.csv[/bold]
    """
    from forecasting.durations import estimate, observe, write_hazards
    from forecasting.durations.hazard_file import check_target
    from reports.charts.durations import durations_chart
    from reports.durations import duration_tables
    from reports.numbers import DASH, month
    from reports.style import save
    from sources.spells import read_unemployment_spells

    check_target(target, spells)
    observed = observe(read_unemployment_spells(spells), since and since.date(), until and until.date())
    found = estimate(observed, least)
    chart = target.with_suffix(".png")
    write_hazards(found, target)
    span = DASH.join(month(found.counts[end]) for end in ("since", "until"))
    save(durations_chart(found.curve, found.bands, title=_title(found), date=date.today(),
                         source=f"kaupungin omat työttömyysjaksot, {span}"), chart)
    if as_json:
        print(json.dumps({**_content(found), "hazards": str(target), "chart": str(chart)}, ensure_ascii=False))
        return
    out.print(duration_tables(
        counts=found.counts, survival=found.survival, incidence=found.incidence, bands=found.bands,
        factors=found.factors, cox=found.cox, fit=found.fit, notes=found.notes, least=found.least))
    out.print(f"Riskit: {target}  Kuva: {chart}\nKäyttöön: kunnan settings.yaml, avain hazards.measured.",
              soft_wrap=True, markup=False, highlight=False)


def _title(found: Durations) -> str:
    """The finding of the chart: when half have left."""
    from reports.numbers import number

    half = found.curve.loc[found.curve["km"] <= 0.5, "month"]
    when = (f"puolet on lähtenyt noin {number(half.iloc[0], 1)} kuukaudessa" if len(half) else
            "yli puolet on työttömänä vielä kahden vuoden kuluttua")
    return f"Työttömyyden kesto: {when}"


def _content(found: Durations) -> dict:
    """*found* as JSON has it: one key a table."""
    import pandas as pd

    tables = {"bands": found.bands, "years": found.years, "survival": found.survival, "curve": found.curve,
              "incidence": found.incidence, "factors": found.factors.reset_index(), "cox": found.cox.reset_index()}
    return {**found.counts, "min_persons": found.least, **{name: records(table) for name, table in tables.items()},
            "season": found.season.tolist(), "fit": {key: None if pd.isna(value) else value
                                                     for key, value in found.fit.items()}, "notes": found.notes}
