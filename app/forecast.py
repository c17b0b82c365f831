"""The command ``kuntaosuus forecast``: monthly series forecast, held against their past, and kept on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from app.console import (
    CORES,
    FORECASTS,
    AreaName,
    AsJson,
    DataFolder,
    Language,
    Workers,
    err,
    guarded,
    month_option,
    out,
    progress_bar,
    wide,
)
from app.share import share
from sources.area import data_root
from sources.errors import InputError
from sources.records import records

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.series import Asked

MAKE = "make"
CHART_LEAD, CHART_ORIGINS = 12, 36  # months ahead and origins of the backtest in a chart
RECORD = Path("results", FORECASTS)


class MakesByDefault(TyperGroup):
    """A group that takes anything but the name of a command for arguments of ``make``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``make`` first where no command stands."""
        named = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [MAKE, *args])


forecast = typer.Typer(name="forecast", cls=MakesByDefault, help=(
    "Forecast monthly series: median, 50, 80 and 95 % intervals, backtest, record (docs/forecasting.md).\n\n"
    "[bold]kuntaosuus forecast[/bold] alone forecasts the municipality's recipients and unemployed; "
    "[bold]kuntaosuus forecast make --help[/bold] tells its options, which need no word make:\n\n"
    "Example: [bold]kuntaosuus forecast recipients:Lahti --months 24[/bold]"))
KindName = Annotated[str | None, typer.Option("--kind", help="stock (people) or euro (paid by benefit day, no pull). "
                                                             "Default: the series' own; stock for a file.")]
RecordFile = Annotated[Path, typer.Option("--record", help="File in which every forecast made is kept.")]


@forecast.command(MAKE)
@guarded
def make(
    series: Annotated[list[str] | None, typer.Argument(help="Names (kuntaosuus forecast series) or tidy CSV files of "
                                                            "columns series, month, value.")] = None,
    months: Annotated[int, typer.Option(min=1, max=120, help="Months ahead.")] = 48,
    origin: Annotated[str | None, typer.Option(help="Newest month to know, as 2022-06; not put on record.")] = None,
    kind: KindName = None,
    area: AreaName = "lahti",
    charts: Annotated[Path | None, typer.Option(help="Folder for a chart of each series, with its backtest.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the charts.")] = Language.FI,
    record: RecordFile = RECORD,
    workers: Workers = CORES,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Forecast series: five statistical models on logs, combined, pulled to the long-run mean, calibrated.

    Says which models carry which weight and which guard acted. A forecast from the newest month is put on record, and
    what earlier forecasts came to is told.

    Example: [bold]kuntaosuus forecast unemployed:Lahti --origin 2022-06 --charts charts[/bold]
    """
    from forecasting.frame import fit
    from forecasting.record import add_to_record
    from forecasting.series import KINDS
    from reports.language import speaking
    from scenarios.series import asked, known_kind

    printed, newest = [], month_option("--origin", origin)
    with err.status("reading"):  # seconds, where a file has millions of rows
        wanted = asked(data_root(data), area, series or [], known_kind(kind))
    for each in wanted:
        known = _until(each.frame, newest)
        with _workers(workers, "forecast") as spread:
            model = fit(known, KINDS[each.kind], horizon=months, errors=each.errors, spread=spread)
        table, why = model.forecast(months), model.explain()
        if origin is None:
            add_to_record(record, table, date.today())
        if charts is not None:
            with speaking(lang):
                _charts(each, known, table, charts, workers)
        if as_json:
            printed += _json(table, why)
        else:
            _print(table, why)
    if as_json:
        print(json.dumps({"forecasts": printed}, ensure_ascii=False))


def _until(frame: pd.DataFrame, origin: pd.Period | None) -> pd.DataFrame:
    if origin is None:
        return frame
    for name, last in frame.groupby("series", sort=False)["month"].max().items():
        if last < origin:
            raise InputError("command line", f"option --origin {origin}", f"is after the last month of {name}, {last}",
                             "choose an earlier month")
    return frame[frame["month"] <= origin]


def _print(table: pd.DataFrame, why: pd.DataFrame) -> None:
    from reports.forecast_tables import explanation_table, forecast_table, series_title
    from reports.numbers import month as month_text

    for name, rows in table.groupby("series", sort=False):
        origin = rows["origin"].iloc[0]
        out.print(forecast_table(rows, f"{series_title(name)}, tiedossa {month_text(str(origin))} asti"))
        out.print(explanation_table(why[why["series"] == name], f"Miksi: {series_title(name)}"))


def _json(table: pd.DataFrame, why: pd.DataFrame) -> list[dict]:
    return [{"series": name, "origin": str(rows["origin"].iloc[0]),
             "months": _plain(rows.drop(columns=["series", "origin"])),
             "explanation": records(why[why["series"] == name].drop(columns="series"))}
            for name, rows in table.groupby("series", sort=False)]


def _plain(table: pd.DataFrame) -> list[dict]:
    """Rows for JSON: months as text, quantiles rounded to cents and named p2.5 to p97.5."""
    from forecasting.record import QUANTILES

    named = table.rename(columns=QUANTILES)
    texts = {column: named[column].astype(str) for column in ("month", "origin") if column in named}
    return records(named.assign(**texts).round(4))


def _charts(each: Asked, known: pd.DataFrame, table: pd.DataFrame, folder: Path, workers: int) -> None:
    import pandas as pd

    from forecasting.backtest import backtest
    from forecasting.scores import summary
    from forecasting.series import KINDS, by_series
    from reports.charts.forecast import forecast_chart, forecast_finding
    from reports.forecast_tables import skill_line
    from reports.language import text
    from reports.style import save

    for name, history in by_series(known).items():
        rows = known[known["series"] == name]
        try:
            with _workers(workers, f"backtest of {name}") as spread:
                past = backtest(rows, KINDS[each.kind], horizon=CHART_LEAD, origins=CHART_ORIGINS,
                                errors=each.errors, spread=spread)
            skill = skill_line(summary(past))
        except InputError:  # too short for a backtest, which the chart says
            past, skill = pd.DataFrame(columns=["model", "horizon"]), ""
        past = past[(past["model"] == "combination") & (past["horizon"] == CHART_LEAD)]
        path = folder / f"{name.replace(':', '-').replace('/', '-')}.png"
        ahead = table[table["series"] == name]
        save(forecast_chart(history, ahead, past, finding=skill, date=date.today(),
                            title=forecast_finding(name, history, ahead),
                            source=text("forecast.source", source=each.source)), path)
        err.print(str(path), soft_wrap=True, markup=False, highlight=False)


@contextmanager
def _workers(workers: int, label: str) -> Iterator[Callable]:
    """A function like ``map`` that works in several processes behind a progress bar."""
    from scenarios.workers import in_workers

    with progress_bar(label) as progress:
        yield lambda task, keys: in_workers(task, keys, min(workers, len(keys)), progress)


@forecast.command(name="backtest")
@guarded
def backtest_command(
    series: Annotated[list[str], typer.Argument(help="Names of series or tidy CSV files.")],
    horizon: Annotated[int, typer.Option(min=1, max=48, help="Months ahead.")] = 24,
    origins: Annotated[int, typer.Option(min=1, help="Number of origins.")] = 22,
    step: Annotated[int, typer.Option(min=1, help="Months between origins.")] = 3,
    budget: Annotated[Path | None, typer.Option(help="Tidy CSV of the budget by month: adds the year-end totals of "
                                                     "outturn to date + remaining budget.")] = None,
    kind: KindName = None,
    area: AreaName = "lahti",
    workers: Workers = CORES,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Hold forecasts from past origins against what came, by horizon band, next to seasonal naive.

    Every origin is fitted anew on what was known then. The newest origins from which all months ahead are known are
    used; the first needs three years of months.

    Example: [bold]kuntaosuus forecast backtest unemployed:Lahti --horizon 24 --origins 22 --json[/bold]
    """
    from forecasting.backtest import backtest, score_bands, year_end_errors, year_ends
    from forecasting.series import KINDS
    from reports.forecast_tables import backtest_table, series_title, year_ends_table
    from scenarios.series import asked, known_kind
    from sources.panel import read_tidy

    printed = []
    for each in asked(data_root(data), area, series, known_kind(kind)):
        with _workers(workers, "backtest") as spread:
            made = backtest(each.frame, KINDS[each.kind], horizon=horizon, origins=origins, step=step,
                            errors=each.errors, spread=spread)
        scores = score_bands(made)
        ends = year_end_errors(year_ends(made, each.frame, read_tidy(budget))) if budget else None
        for name in dict.fromkeys(each.frame["series"]):
            rows = scores[scores["series"] == name].drop(columns="series")
            if as_json:
                ended = None if ends is None else records(ends[ends["series"] == name].drop(columns="series"))
                printed.append({"series": name, "scores": records(rows), "year_ends": ended})
                continue
            wide.print(backtest_table(rows, f"Jälkiennuste: {series_title(name)}"))
            if ends is not None:
                wide.print(year_ends_table(ends[ends["series"] == name], f"Vuoden summa: {series_title(name)}"))
    if as_json:
        print(json.dumps({"backtests": printed}, ensure_ascii=False))


@forecast.command(name="nowcast")
@guarded
def nowcast_command(
    chart: Annotated[Path | None, typer.Option(help="PNG file for a chart.")] = None,
    area: AreaName = "lahti",
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Nowcast the unemployed of months whose statistic is not out, from Kela's recipients and quoted counts.

    Prints median, 80 and 95 % intervals by month, and how far such nowcasts have been off: each quoted count left out
    in turn, and past years from recipients alone.

    Example: [bold]kuntaosuus forecast nowcast --chart nowcast.png[/bold]
    """
    from forecasting.nowcast import nowcast, unemployed_series
    from forecasting.nowcast_backtest import errors_by_band, left_out, past_origins
    from reports.charts.nowcast import nowcast_chart
    from reports.nowcast import errors_table, left_out_table, nowcast_table
    from reports.style import save
    from scenarios.series import known_of_unemployed

    known = known_of_unemployed(data_root(data), area)
    counts = known.unemployed, known.recipients, known.points
    table = nowcast(*counts)
    errors = errors_by_band(past_origins(*counts[:2]))
    quoted = None if known.points is None else left_out(known.unemployed, known.recipients, known.points)
    if chart is not None:
        save(nowcast_chart(table, name=known.name, source=known.source, date=date.today()), chart)
        err.print(str(chart), soft_wrap=True, markup=False, highlight=False)
    if as_json:
        print(json.dumps({
            "series": known.name, "months": _plain(table.reset_index()), "errors": records(errors),
            "left_out": [] if quoted is None else _plain(quoted),
            "unemployed": _plain(unemployed_series(known.name, *counts).drop(columns="series")),
        }, ensure_ascii=False))
        return
    out.print(nowcast_table(table, known.name))
    if quoted is not None and len(quoted):
        out.print(left_out_table(quoted))
    out.print(errors_table(errors))


@forecast.command(name="record")
@guarded
def record_command(
    record: RecordFile = RECORD,
    area: AreaName = "lahti",
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Print the forecast record: every forecast made, beside what came.

    Example: [bold]kuntaosuus forecast record --json[/bold]
    """
    from forecasting.record import judged, read_record
    from reports.forecast_tables import record_line, record_table
    from scenarios.series import catalogue

    kept = judged(read_record(record), catalogue(data_root(data), area))
    if as_json:
        print(json.dumps({"record": _plain(kept)}, ensure_ascii=False))
    elif kept.empty:
        out.print(record_line(kept))
    else:
        wide.print(record_table(kept, f"Ennusteiden toteutuminen ({record})"))


@forecast.command(name="series")
@guarded
def series_command(area: AreaName = "lahti", data: DataFolder = None, as_json: AsJson = False) -> None:
    """List the series that can be named, with their first and last months.

    Example: [bold]kuntaosuus forecast series --json[/bold]
    """
    from reports.forecast_tables import series_table
    from scenarios.series import catalogue

    named = catalogue(data_root(data), area).dropna(subset=["value"])
    spans = named.groupby("series", sort=False).agg(kind=("kind", "first"), first=("month", "min"),
                                                    last=("month", "max"), months=("month", "size")).reset_index()
    if as_json:
        print(json.dumps({"series": records(spans.astype({"first": str, "last": str}))}, ensure_ascii=False))
        return
    wide.print(series_table(spans))


@forecast.command(name="panel")
@guarded
def panel_command(area: AreaName = "lahti", workers: Workers = CORES, data: DataFolder = None) -> None:
    """Make the past errors of municipalities and of their shares anew, by which intervals are calibrated.

    Writes data/forecasting/panel_errors.csv.gz and panel_share_errors.csv.gz. Only after the series of municipalities,
    or the models, have changed. Takes about four minutes on two cores.

    Example: [bold]kuntaosuus forecast panel[/bold]
    """
    from forecasting.panel import panel_errors, write_panel
    from forecasting.series import KINDS
    from forecasting.share import SHARE
    from scenarios.series import PANEL, SHARE_PANEL, municipalities, shares

    root = data_root(data)
    for name, frame, kind in ((PANEL, municipalities(root, area), KINDS["stock"]),
                              (SHARE_PANEL, shares(root, area), SHARE)):
        with _workers(workers, Path(name).name.partition(".")[0]) as spread:
            errors = panel_errors(frame, kind, spread)
        write_panel(errors, root / name)
        out.print(f"{root / name}: {len(errors)} riviä", soft_wrap=True, highlight=False)


forecast.command(name="share")(share)
