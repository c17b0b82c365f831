"""The nowcast of the unemployed: months in the console, and how good it has been."""

from __future__ import annotations

import pandas as pd
from rich.console import Group
from rich.text import Text

from reports.forecast_tables import MODELS, series_title
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, MINUS, SPACE, interval, month, number, percent, signed

METHODS = {"nowcast": "arvio", "ratio held": "viimeisin suhde pysyy", "seasonal naive": MODELS["seasonal naive"]}


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
    return Group(printed, footnotes([text("nowcast.covers")]))


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


def _later(table: pd.DataFrame) -> pd.DataFrame:
    """Months after the statistic's end."""
    return table[table.index > table["statistic"].last_valid_index()]
