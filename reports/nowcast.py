"""The nowcast of the unemployed: months in the console, how good it has been, and one picture."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Group
from rich.text import Text

from reports.charts.fan import DPI, INK, MEDIAN, NARROW, PALE, WIDE, save
from reports.charts.forecast import axis_of_time_and_number, month_numbers
from reports.forecast_tables import MODELS, series_title
from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, MINUS, SPACE, day, interval, month, number, percent, signed

SIZE = (11.0, 6.2)  # inches
BANDS = ((0.025, 0.975, WIDE, f"95{SPACE}%"), (0.1, 0.9, NARROW, f"80{SPACE}%"))
METHODS = {"nowcast": "arvio", "ratio held": "viimeisin suhde pysyy", "seasonal naive": MODELS["seasonal naive"]}
COVERS = ("Väli kattaa työttömien ja Kelan etuudensaajien suhteen tavallisen vaihtelun, ei uutta äkillistä iskua kuten",
          "joukkolomautuksia, ei lakimuutosta, joka siirtää ihmisiä kassojen ja Kelan välillä kerralla, eikä lukujen",
          "korjauksia. Kassojen maksamat ansiopäivärahat eivät ole Kelan saajissa.")


def nowcast_table(table: pd.DataFrame, name: str) -> Group:
    """Months after the statistic's end: recipients, median, 80 and 95 % intervals, quoted count.

    Parameters
    ----------
    table : ``forecasting.nowcast.nowcast``.
    name : of the series.
    """
    shown = _later(table)
    ended = month(str(table["statistic"].last_valid_index()))
    printed = empty_table(f"{series_title(name)}: arvio, tilasto päättyi {ended}", "Kuukausi")
    for heading in ("Kelan saajat", "Arvio", f"80{SPACE}% väli", f"95{SPACE}% väli", "Tiedotteen luku"):
        number_column(printed, heading)
    for when, row in shown.iterrows():
        if when.month == 1:
            printed.add_section()
        ends = [DASH if row[low] == row[high] else interval(row[low], row[high])
                for low, high in ((0.1, 0.9), (0.025, 0.975))]
        printed.add_row(month(str(when)), number(row["recipients"]), Text(number(row[0.5]), "bold"), *ends,
                        "" if pd.isna(row["press"]) else number(row["press"]))
    return Group(printed, footnotes([" ".join(COVERS)]))


def left_out_table(quoted: pd.DataFrame) -> Group:
    """Each quoted count beside its nowcast from everything else (``forecasting.nowcast_backtest.left_out``)."""
    table = empty_table("Tiedotteiden luvut yksitellen pois jätettyinä", "Kuukausi")
    for heading in ("Tiedotteen\nluku", "Arvio\nilman sitä", f"\n95{SPACE}% väli", "\nVirhe", "Viimeisin suhde\npysyy",
                    "Viime vuosi\ntoistuu"):
        number_column(table, heading)
    for row in quoted.to_dict("records"):
        off = [signed(row[column] / row["actual"] - 1, percent) for column in (0.5, "held", "naive")]
        inside = row[0.025] <= row["actual"] <= row[0.975]
        table.add_row(month(str(row["month"])), number(row["actual"]) + ("" if inside else "*"), number(row[0.5]),
                      interval(row[0.025], row[0.975]), *off)
    return Group(table, footnotes([f"Virhe: arvio ÷ tiedotteen luku {MINUS} 1. * välin ulkopuolella."]))


def errors_table(errors: pd.DataFrame) -> Group:
    """Errors of past nowcasts from recipients alone, by months since the statistic's end (``errors_by_band``)."""
    table = empty_table("Jos tilasto olisi päättynyt aiemmin: arvio pelkistä Kelan saajista", "Kk päättymisestä")
    table.add_column("Menetelmä", no_wrap=True)
    for heading in ("Virhe", "Harha", "Peitto 80", "Peitto 95", "n"):
        number_column(table, heading)
    for band, rows in errors.groupby("band", sort=False):
        for number_of, row in enumerate(rows.to_dict("records")):
            covered = [number(100 * row[column]) for column in ("coverage_80", "coverage_95")]
            table.add_row("" if number_of else str(band).replace("-", DASH), METHODS[row["method"]],
                          percent(row["error"]), signed(row["bias"], percent), *covered, number(row["months"]))
        table.add_section()
    return Group(table, footnotes(["Virhe: keskimääräinen itseisarvo; harha: keskimäärin liikaa (+) tai liian vähän. "
                                   "Peitto: % kuukausista välillä."]))


def nowcast_finding(table: pd.DataFrame, name: str) -> tuple[str, str]:
    """What the nowcast of the newest month says, in whole hundreds: one line, and its interval in another."""
    newest, when = table.iloc[-1], table.index[-1]
    published = table["statistic"].dropna()
    same = published[published.index.month == when.month]
    middle, low, high, before = (number(round(float(value), -2))
                                 for value in (newest[0.5], newest[0.025], newest[0.975], same.iloc[-1]))
    return (f"{series_title(name)}: {month(str(when))} noin {middle}, kun {month(str(same.index[-1]))} oli {before}",
            f"95{SPACE}% väli {low}{DASH}{high}. Tilasto päättyi {month(str(published.index[-1]))}; sen jälkeen arvio "
            "Kelan etuudensaajista ja tiedotteiden luvuista.")


def nowcast_chart(table: pd.DataFrame, path: Path, *, name: str, source: str, date: Date) -> Figure:
    """Draw statistic, quoted counts and nowcast, with the recipients they rest on, into the PNG file *path*.

    Parameters
    ----------
    table : ``forecasting.nowcast.nowcast``.
    name : of the series.
    source, date : for the footer.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.075, 0.13, 0.905, 0.68))
    title, finding = nowcast_finding(table, name)
    figure.text(0.075, 0.965, title, size=12, weight="bold", color=INK, va="top", parse_math=False)
    figure.text(0.075, 0.925, finding, size=9.5, color=PALE, va="top", parse_math=False)
    at = pd.Series(month_numbers(table.index), table.index)
    shown = table.loc[table["statistic"].last_valid_index():]
    for low, high, colour, label in BANDS:
        axes.fill_between(at[shown.index], shown[low], shown[high], color=colour, linewidth=0, label=f"väli {label}")
    axes.plot(at, table["recipients"], color=PALE, linewidth=1.1, label="Kelan etuudensaajat")
    axes.plot(at, table["statistic"], color=INK, linewidth=1.3, label="Työttömät, tilasto")
    axes.plot(at[shown.index], shown[0.5], color=MEDIAN, linewidth=1.8, linestyle=(0, (5, 1.5)),
              label="Arvio, mediaani")
    quoted = _later(table)["press"].dropna()
    if len(quoted):
        axes.plot(at[quoted.index], quoted, "o", color=INK, markersize=5, zorder=5, label="Tiedotteen luku")
    axes.set_ylim(0)
    axis_of_time_and_number(axes, table.index[0], table.index[-1], "")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=6, frameon=False, fontsize=9, borderaxespad=0.2)
    figure.text(0.075, 0.06, "\n".join(COVERS), size=7.5, color=PALE, va="center", parse_math=False)
    figure.text(0.075, 0.005, f"Lähde: {source}. Laadittu {day(date)}.", size=7.5, color=PALE, va="bottom",
                parse_math=False)
    save(figure, path)
    return figure


def _later(table: pd.DataFrame) -> pd.DataFrame:
    """Months after the statistic's end."""
    return table[table.index > table["statistic"].last_valid_index()]
