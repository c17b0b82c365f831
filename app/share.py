"""The command ``kuntaosuus forecast share``: a municipality by its share of the country, under a national path."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import AreaName, AsJson, DataFolder, err, guarded, month_option, out
from sources.area import data_root
from sources.records import records

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.national import Followed, Place


@guarded
def share(
    national: Annotated[str, typer.Option(help="National path: own (statistical), outlook (the ministry's), or a "
                                               "tidy CSV file of one series, taken as certain.")] = "own",
    shock: Annotated[str | None, typer.Option(help="Month from which the shock of the data is laid on the path, as "
                                                   "2027-03: what came over what had been forecast.")] = None,
    months: Annotated[int, typer.Option(min=1, max=120, help="Months ahead.")] = 48,
    origin: Annotated[str | None, typer.Option(help="Newest month to know, as 2022-06.")] = None,
    area: AreaName = "lahti",
    chart: Annotated[Path | None, typer.Option(help="PNG file: own path, outlook and what was asked for side by "
                                                    "side.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Forecast a municipality's unemployed as its share of the country's times a national path.

    The share is forecast; the national path is a choice. Says how much of the uncertainty is the path's and how much
    the share's: nearly all is the path's, so state the one you plan by.

    Example: [bold]kuntaosuus forecast share --national outlook --shock 2027-03 --months 60 --chart share.png[/bold]
    """
    from reports.share_tables import parts_table, path_name, share_table, years_table
    from scenarios.national import follow, place_of

    place = place_of(data_root(data), area, months, month_option("--origin", origin))
    asked = follow(place, national, month_option("--shock", shock))
    if chart is not None:
        _chart(place, asked, chart)
    if as_json:
        print(json.dumps(_json(place, asked), ensure_ascii=False))
        return
    name = path_name(asked.path, asked.shock)
    out.print(share_table(asked.months, f"{_title(place)}: {name}"))
    if len(asked.years):
        out.print(years_table(asked.years))
    out.print(parts_table(asked.parts, asked.path))


def _title(place: Place) -> str:
    from reports.forecast_tables import series_title

    return series_title(str(place.local.name))


def _json(place: Place, asked: Followed) -> dict[str, Any]:
    from forecasting.record import QUANTILES

    def plain(table: pd.DataFrame) -> list[dict]:
        return records(table.rename(columns=QUANTILES).round(4))

    return {"series": place.local.name, "origin": str(place.share.last), "national": asked.path,
            "shock": None if asked.shock is None else str(asked.shock),
            "months": plain(asked.months.assign(month=asked.months["month"].astype(str))),
            "years": plain(asked.years), "uncertainty": plain(asked.parts)}


def _chart(place: Place, asked: Followed, path: Path) -> None:
    """Own path, outlook (from the newest month only), and what was asked for where it is neither."""
    from reports.charts.share import doubt_line, share_chart, share_finding
    from reports.language import text
    from reports.share_tables import path_name
    from reports.style import save
    from scenarios.national import OUTLOOK, OWN, follow

    wanted = [(OWN, None), *([] if place.past else [(OUTLOOK, None)])]
    panels = [asked if (asked.path, asked.shock) == each else follow(place, *each) for each in wanted]
    if (asked.path, asked.shock) not in wanted:
        panels.append(asked)
    named = {path_name(each.path, each.shock): each for each in panels}
    years = {name: each.years for name, each in named.items()}
    save(share_chart(place.local, {name: each.months for name, each in named.items()}, years,
                     title=share_finding(_title(place), years), doubt=doubt_line(asked.parts),
                     source=text("forecast.source", source=place.source), date=date.today()), path)
    err.print(str(path), soft_wrap=True, markup=False, highlight=False)
