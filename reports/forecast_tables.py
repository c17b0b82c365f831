"""Forecasts of monthly series in the console: the months ahead, why, how good it was, what the record says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.language import catalogue, text
from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, SPACE, interval, month, number, percent

MODELS = {"combination": "yhdistelmä", "seasonal naive": "viime vuosi toistuu",
          "remaining budget": "toteuma + jäljellä oleva talousarvio"}
PARTS = {"seasonal mean": "pitkän ajan kuukausikeskiarvo", "guard": "suoja"}
NOTES = {
    "capped": "trendi rajallaan", "left_out": "pois jätetty {}",
    "zeros": "nollia {} kuukautta: logaritmi luvusta + vakio",
    "filled": "puuttuvat kuukaudet täydennetty: {}", "constant": "vakio: toistetaan ilman väliä",
    "unseasonal": "{} kuukautta ei riitä kausivaihteluun: sitä ei ennusteta",
    "jump": "viimeinen kuukausi {} poikkeaa tavallisesta: tarkista luku",
    "held": "mediaani pidetty rajoissa {} kuukautena",
    "stretched": "95 %:n väli muiden kuntien virheistä: kertoimet {} (1. ja viimeinen kuukausi)",
}
OUTSIDE = "* toteuma 95 %:n välin ulkopuolella. Virhe: ennuste − toteuma."
KINDS = {"stock": "määrä", "euro": "eurot"}
EVERY_MONTH = 12  # months shown one by one; later ones by the half-year
SCORES = {"MASE": 2, "RMSSE": 2, "sMAPE": 1, "WIS": 2, "MSIS": 1}


def series_title(name: str) -> str:
    """Name of a series in print.

    >>> series_title("unemployed:Lahti"), series_title("oma")
    ('Työttömät, Lahti', 'oma')
    """
    quantity, _, area = name.partition(":")
    return f"{text(f'forecast.{quantity}')}, {area}" if quantity in catalogue()["forecast"] and area else name


def forecast_table(forecast: pd.DataFrame, title: str) -> Group:
    """Median with 80 and 95 % intervals of one series: twelve months one by one, then each half-year's last.

    Parameters
    ----------
    forecast : horizon, month (monthly periods) and quantiles 0.025, 0.1, 0.5, 0.9, 0.975, in order of months.
    title : what is forecast.
    """
    table = empty_table(title, "Kuukausi")
    for heading in ("Mediaani", f"80{SPACE}% väli", f"95{SPACE}% väli"):
        number_column(table, heading)
    add_months(table, forecast)
    return Group(table)


def add_months(table: Table, forecast: pd.DataFrame, more: Callable[[dict], list[str]] = lambda row: []) -> None:
    """Add rows to *table*: month, median, 80 and 95 % intervals, and the cells that *more* makes of the row."""
    for row in forecast.to_dict("records"):
        if row["horizon"] > EVERY_MONTH and row["month"].month % 6:
            continue
        if row["month"].month == 1:
            table.add_section()
        table.add_row(month(str(row["month"])), Text(number(row[0.5]), "bold"), interval(row[0.1], row[0.9]),
                      interval(row[0.025], row[0.975]), *more(row))


def explanation_table(explained: pd.DataFrame, title: str) -> Group:
    """Weights of members and of the long-run mean, and the guards that acted, of one series.

    Parameters
    ----------
    explained : part, first_year, last_year (weights; NaN for guards), note and detail (forecasting.members.base.Note).
    """
    table = empty_table(title, "Osa")
    for heading in ("Paino, 1. vuosi", "Paino, viim. vuosi"):
        number_column(table, heading)
    table.add_column("Huomautus")
    for row in explained.itertuples():
        weights = ["" if pd.isna(weight) else percent(weight, 0) for weight in (row.first_year, row.last_year)]
        table.add_row(PARTS.get(row.part, row.part), *weights,
                      NOTES[row.note].format(row.detail.replace(".", ",")) if row.note else "")
    return Group(table)


def backtest_table(scores: pd.DataFrame, title: str, notes: Sequence[str] = ()) -> Group:
    """Scores of the combination beside its yardsticks, by band of horizons.

    Parameters
    ----------
    scores : band (such as 4-12, months), model, forecasts, MASE, RMSSE, sMAPE, coverage_80, coverage_95, WIS, MSIS.
    """
    table = Table(title=Text(title, "bold"), title_justify="left", box=empty_table("", "").box)
    table.add_column("Kk", no_wrap=True)
    table.add_column("Menetelmä", no_wrap=True)
    for heading in ("MASE", "RMSSE", "sMAPE", "Peitto 80", "Peitto 95", "WIS", "MSIS", "n"):
        number_column(table, heading)
    band = None
    for row in scores.to_dict("records"):
        if band is not None and row["band"] != band:
            table.add_section()
        shown = row["band"].replace("-", DASH) if row["band"] != band else ""
        band = row["band"]
        covered = [number(100 * row[name]) for name in ("coverage_80", "coverage_95")]
        figures = {name: number(row[name], decimals) for name, decimals in SCORES.items()}
        table.add_row(shown, MODELS[row["model"]], figures["MASE"], figures["RMSSE"], figures["sMAPE"], *covered,
                      figures["WIS"], figures["MSIS"], number(row["forecasts"]))
    explained = ("MASE, RMSSE, WIS ja MSIS: 1 = sarjan oma keskimääräinen muutos vuodessa; pienempi on parempi. "
                 "Peitto: montako prosenttia toteumista osui väliin (tavoite 80 ja 95). n: ennustekuukausia.")
    return Group(table, footnotes([explained, *notes]))


def year_ends_table(years: pd.DataFrame, title: str) -> Group:
    """Mean absolute error of year-end totals by months known: forecast, against remaining budget.

    Parameters
    ----------
    years : month (months known, 0 to 11), totals, forecast_error, budget_error (shares of the actual total).
    """
    table = empty_table(title, "Tiedossa kuukaudet")
    for heading in ("Ennuste", "Toteuma + jäljellä oleva talousarvio", "n"):
        number_column(table, heading)
    for row in years.to_dict("records"):
        known = f"1{DASH}{row['month']}" if row["month"] else "ei yhtään"
        table.add_row(known, percent(row["forecast_error"]), percent(row["budget_error"]), number(row["totals"]))
    return Group(table, footnotes(["Koko vuoden summan keskivirhe (itseisarvo) toteumasta."]))


def skill_line(scores: pd.DataFrame) -> str:
    """What a backtest says, in one sentence: *scores* by model (``scores.summary``)."""
    ours, naive = scores.loc["combination"], scores.loc["seasonal naive"]
    return text("forecast.skill", ours=number(ours["MASE"], 2), naive=number(naive["MASE"], 2),
                coverage=percent(ours["coverage_95"], 0))


def series_table(spans: pd.DataFrame) -> Table:
    """Series that can be named: series, kind, first, last (monthly periods), months."""
    table = empty_table("Sarjat", "Nimi")
    table.add_column("Sisältö")
    table.add_column("Laji")
    for heading in ("Alkaa", "Päättyy", "Kuukausia"):
        number_column(table, heading)
    for row in spans.itertuples():
        table.add_row(row.series, series_title(row.series), KINDS[row.kind], month(str(row.first)),
                      month(str(row.last)), number(row.months))
    return table


def record_table(judged: pd.DataFrame, title: str) -> Group:
    """The forecast record: every forecast month that has come.

    Parameters
    ----------
    judged : series, made, origin, month, horizon, quantiles, actual, error, in_80, in_95 (``record.judged``).
    """
    table = empty_table(title, "Sarja")
    for heading in ("Tehty", "Kuukausi", "Kk", "Ennuste", f"95{SPACE}% väli", "Toteuma", "Virhe"):
        number_column(table, heading)
    for row in judged.to_dict("records"):
        mark = "" if row["in_95"] else "*"
        table.add_row(series_title(row["series"]), row["made"], month(str(row["month"])), number(row["horizon"]),
                      number(row[0.5]), interval(row[0.025], row[0.975]), mark + number(row["actual"]),
                      number(row["error"]))
    return Group(table, footnotes([record_line(judged), OUTSIDE]))


def record_line(judged: pd.DataFrame) -> str:
    """One sentence on how forecasts that have come true did."""
    if judged.empty:
        return "Tehdyistä ennusteista yksikään kuukausi ei ole vielä toteutunut."
    count = len(judged)
    return (f"Tehdyistä ennusteista on toteutunut {number(count)} kuukautta: 80 %:n väliin osui "
            f"{number(judged['in_80'].sum())}, 95 %:n väliin {number(judged['in_95'].sum())}.")
