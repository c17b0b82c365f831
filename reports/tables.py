"""Tables for the console: figures of scenarios, rounded and right-aligned, readable at 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL, YEAR, line_label, ordered_lines, require
from reports.numbers import DASH, as_read, in_millions, interval, month, number, percent, ratio, thousands

BAND = f"10{DASH}90 %"
OUTSIDE = "*"
OBSERVED = "toteuma"
YEARS_ABREAST = 3
STATUSES = {"verified": "vahvistettu", "derived": "johdettu", "recalled": "muistista", "estimate": "arvio"}
PARTS = "Mediaanit ja välit eivät laskeudu yhteen: yhteensä-rivi on oma arvionsa, ei luokkien summa."
SIGN = "Kustannus on positiivinen (+)."


def years_table(years: pd.DataFrame, title: str) -> Group:
    """Budget years by day class and in total: median and 10–90 % interval, in millions of euros.

    Parameters
    ----------
    years : year, line, median, p10, p90, observed, observed_months; euros, one row a line and year of one budget
        object. What has been observed is part of the figures, and told in the notes.
    title : what the table shows.

    Raises
    ------
    InputError : a column or the total is missing, or there are several budget objects.
    """
    require(years, "years", ["year", "line", "median", "p10", "p90", "observed", "observed_months"])
    shown = sorted(years["year"].unique())
    figures = {(row.line, row.year): row for row in years.itertuples()}
    blocks = [shown[start:start + YEARS_ABREAST] for start in range(0, len(shown), YEARS_ABREAST)]
    notes = [_observed_note(row) for row in years[years["line"] == TOTAL].itertuples() if row.observed_months]
    return Group(*(_years_abreast(figures, ordered_lines(years), block, title) for block in blocks),
                 footnotes([*notes, SIGN, PARTS]))


def months_table(months: pd.DataFrame, count: int = 12) -> Group:
    """The next *count* forecast months: total with its interval and day classes, in thousands of euros.

    Parameters
    ----------
    months : month ("2026-09"), line, kind, median, p10, p90; euros, in order of months, of one budget object.

    Raises
    ------
    InputError : a column, the total or a forecast month is missing, or there are several budget objects.
    """
    require(months, "months", ["month", "line", "kind", "median", "p10", "p90"])
    forecast = months[months["kind"] == "forecast"]
    require(forecast, "months, kind forecast", ["month"])
    classes = [line for line in ordered_lines(months) if line != TOTAL]
    medians = forecast.pivot(index="month", columns="line", values="median").reindex(columns=classes)
    table = empty_table("Ennuste kuukausittain, 1 000 €", "Kuukausi")
    for heading in ["Yhteensä\nmediaani", f"\n{BAND}", *map(line_label, classes)]:
        number_column(table, heading)
    for row in forecast[forecast["line"] == TOTAL].head(count).itertuples():
        if row.month.endswith("-01"):
            table.add_section()
        table.add_row(month(row.month), Text(thousands(row.median), "bold"), interval(row.p10, row.p90, thousands),
                      *map(thousands, medians.loc[row.month]))
    return Group(table, footnotes([f"Luokat: mediaani. {SIGN}", PARTS]))


def validation_table(checks: pd.DataFrame, title: str, *, total_ratio: float, class_ratio: Mapping[str, float],
                     months: int, months_in_80_band: int, yardstick: str = "") -> Group:
    """The model held against Kela: total by month in thousands of euros, and ratios by month and day class.

    Parameters
    ----------
    checks : month, line, kela, model, ratio (model ÷ Kela), p10, p90, in_band, and yardstick where there is one:
        what a simple method would have given; euros.
    title : what was tried, as calibration or hindcast.
    total_ratio, class_ratio : model ÷ Kela over all months, in total and by line.
    months, months_in_80_band : months checked, and those in which Kela's total lies in the 10–90 % interval.
    yardstick : the simple method's name, for the note.

    Raises
    ------
    InputError : a column or the total is missing.
    """
    require(checks, "checks", ["month", "line", "kela", "model", "ratio", "p10", "p90", "in_band"])
    notes = [f"Koko jaksolla malli ÷ Kela on {ratio(total_ratio)}. Kelan luku on 80 %:n välissä "
             f"{months_in_80_band}/{months} kuukaudessa; odotus on noin 80 % kuukausista.",
             f"{OUTSIDE} Kelan luku on 80 %:n välin ulkopuolella."]
    if "yardstick" in checks.columns:
        notes.insert(1, f"Vertailu: {yardstick}.")
    return Group(_check_months(checks, title), _check_classes(checks, total_ratio, class_ratio), footnotes(notes))


def billed_year_table(months: pd.DataFrame, title: str, *, total_ratio: float, class_ratio: Mapping[str, float],
                      fitted_share: float) -> Group:
    """A year of late invoices: Kela's months beside the model's as billed and as they would have been in time.

    Parameters
    ----------
    months : month, kela, model, in_time and ratio (model ÷ Kela); euros.
    title : which year, and which calibration tells it.
    total_ratio, class_ratio : model ÷ Kela over the year, in total and by line.
    fitted_share : share of the year's euros to which the model was fitted.
    """
    table = empty_table(f"{title}, 1 000 €", "Kuukausi")
    for heading in ("Kela", "Malli", "Malli ÷ Kela", "Malli, kun kaikki\nlaskutetaan ajallaan"):
        number_column(table, heading)
    for row in months.to_dict("records"):
        table.add_row(month(row["month"]), *map(thousands, (row["kela"], row["model"])), ratio(row["ratio"]),
                      thousands(row["in_time"]))
    table.add_section()
    sums = {column: thousands(months[column].sum()) for column in ("kela", "model", "in_time")}
    table.add_row("Koko vuosi", sums["kela"], sums["model"], ratio(total_ratio), sums["in_time"], style="bold")
    by_class = "; ".join(f"{line_label(line)}: {ratio(value)}" for line, value in class_ratio.items())
    return Group(table, footnotes([
        f"Malli ÷ Kela päiväluokittain koko vuonna: {by_class}.",
        f"Vuoden euroista {percent(fitted_share, 0)} on luokissa ja kuukausissa, joihin malli on sovitettu; "
        "muut luvut malli antaa näkemättä niitä.",
    ]))


def old_law_table(years: pd.DataFrame, title: str, *, total_ratio: float, ladder_ratio: float) -> Group:
    """The law before 2025 on published days: municipal share by year, and what was paid a day beside the basic amount.

    Parameters
    ----------
    years : year, kela, model, ratio (model ÷ Kela), paid_per_day, basic_amount, status.
    title : whose days.
    total_ratio : model ÷ Kela over all years.
    ladder_ratio : the ladder's shares of what was paid ÷ Kela's share.
    """
    table = empty_table(title, "Vuosi")
    for heading in ("Kela, M€", "Malli, M€", "Malli ÷ Kela", "Maksettu, €/pv", "Perusosa, €/pv"):
        number_column(table, heading)
    table.add_column("Perusosan näyttö", no_wrap=True)
    for row in years.to_dict("records"):
        table.add_row(str(row["year"]), *map(in_millions, (row["kela"], row["model"])), ratio(row["ratio"]),
                      number(row["paid_per_day"], 2), number(row["basic_amount"], 2), STATUSES[row["status"]])
    return Group(table, footnotes([
        f"Malli: maksetut päivät × perusosa × portaan osuus. Koko jaksolla malli ÷ Kela on {ratio(total_ratio)}.",
        f"Portaiden osuudet maksetusta etuudesta ÷ Kelan kuntaosuus on {ratio(ladder_ratio)}.",
    ]))


def assumptions_table(rows: Iterable[Mapping[str, Any]], title: str = "Vahvistamattomat arvot") -> Table:
    """Values in use that are not verified, as given: name, value, unit, status and source of each row."""
    table = Table(title=Text(title, "bold"), title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Arvo ja yksikkö", ratio=5, overflow="fold")
    table.add_column("Suuruus", ratio=3, justify="right", overflow="fold")
    table.add_column("Näyttö", no_wrap=True)
    table.add_column("Lähde", ratio=6, overflow="fold")
    for row in rows:
        table.add_row(Text.assemble(row["name"], "\n", (row["unit"], "dim")), Text(written(row["value"])),
                      Text(STATUSES.get(row["status"], row["status"])), Text(row["source"]))
    return table


def exposure_table(rows: pd.DataFrame, count: int = 8) -> Group:
    """The *count* values, not verified, on which most euros hang: change of the forecast at either end of their range.

    Parameters
    ----------
    rows : name, status, range, switches, euros_low and euros_high of each value; euros.
    """
    table = empty_table("Mitä vahvistamattomien arvojen varassa on, M€ koko ennusteajalta", "Arvo")
    table.add_column("Näyttö", no_wrap=True)
    table.add_column("Haarukka tai kytkin", no_wrap=True)
    for heading in ("Vähintään", "Enintään"):
        number_column(table, heading)
    most = rows.assign(width=rows["euros_high"] - rows["euros_low"]).dropna(subset="width")
    for row in most.nlargest(count, "width").itertuples():
        table.add_row(Text(row.name), Text(STATUSES[row.status]), Text(_span(row)), in_millions(row.euros_low),
                      in_millions(row.euros_high))
    return Group(table, footnotes(["Muutos keskiennusteeseen, kun arvo on haarukkansa päässä ja muu ennallaan.",
                                SIGN]))


def questions_table(rows: pd.DataFrame) -> Group:
    """Open questions of the law: what another answer would change, in millions of euros over the whole forecast.

    Parameters
    ----------
    rows : switch, alternative, holds, inert and euros of each alternative.
    """
    table = empty_table("Lain avoimet kysymykset, M€ koko ennusteajalta", "Kytkin")
    table.add_column("Jos vastaus olisikin", no_wrap=True)
    number_column(table, "Muutos")
    for row in rows[~rows["holds"]].itertuples():
        change = "ei vaikuta ajoon" if row.inert else in_millions(row.euros)
        table.add_row(Text(row.switch), Text(row.alternative), change)
    return Group(table, footnotes([f"Oletukset ja perustelut: kuntaosuus law show switches. {SIGN}"]))


def history_table(rows: pd.DataFrame, title: str, benefits: Mapping[str, str]) -> Group:
    """A priced history: client, month, benefit, class, days and euros, and the sum of the days and euros shown.

    Parameters
    ----------
    rows : one row a client, month, benefit and day class; euros in cents.
    title : what the months are.
    benefits : name in print of each benefit.
    """
    table = empty_table(title, "Henkilö")
    for heading in ("Kuukausi", "Etuus", "Luokka"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Päiviä", "€"):
        number_column(table, heading)
    decimals = 0 if (rows["days"] % 1 == 0).all() else 2
    for row in rows.to_dict("records"):
        table.add_row(Text(row["client"]), month(row["month"]), benefits[row["benefit"]], line_label(row["class"]),
                      number(row["days"], decimals), number(row["euros"], 2))
    table.add_section()
    total = number(rows["days"].sum(), decimals), number(rows["euros"].sum(), 2)
    table.add_row(line_label(TOTAL), "", "", "", *total, style="bold")
    return Group(table, footnotes([SIGN]))


def _span(row: Any) -> str:
    """Between what a value that is not verified was tried."""
    if row.switches:
        return str(row.switches)
    return as_read(row.range) or "±10 %"


def _years_abreast(figures: Mapping[tuple[str, int], Any], lines: list[str], years: list[int], title: str) -> Table:
    """Lines × *years*, as many as fit side by side."""
    table = empty_table(title, "Maksettuja\npäiviä")
    for year in years:
        number_column(table, f"{year}, M€\nmediaani")
        number_column(table, f"\n{BAND}")
    for line in lines:
        cells: list[str] = []
        for year in years:
            row = figures.get((line, year))
            cells += [in_millions(row.median), _year_band(row)] if row else [DASH, DASH]
        if line == TOTAL:
            table.add_section()
        table.add_row(line_label(line), *cells, style="bold" if line == TOTAL else "")
    return table


def _check_months(checks: pd.DataFrame, title: str) -> Table:
    """Kela's and the model's totals by month."""
    compared = "yardstick" in checks.columns
    table = empty_table(f"{title}, 1 000 €", "Kuukausi")
    for heading in ["Kela", "Malli", BAND, "Malli ÷ Kela"] + ["Vertailu"] * compared:
        number_column(table, heading)
    for row in checks[checks["line"] == TOTAL].itertuples():
        cells = [thousands(row.kela), thousands(row.model), interval(row.p10, row.p90, thousands), _marked_ratio(row)]
        table.add_row(month(row.month), *cells, *([thousands(row.yardstick)] if compared else []))
    return table


def _check_classes(checks: pd.DataFrame, total_ratio: float, class_ratio: Mapping[str, float]) -> Table:
    """Ratios of model to Kela, months × lines, and those of the whole period last."""
    lines = ordered_lines(checks)
    table = empty_table("Malli ÷ Kela päiväluokittain", "Kuukausi")
    for line in lines:
        number_column(table, line_label(line))
    cells = {(row.month, row.line): _marked_ratio(row) for row in checks.itertuples()}
    for label in checks["month"].unique():
        table.add_row(month(label), *(cells.get((label, line), DASH + " ") for line in lines))
    table.add_section()
    whole = {**class_ratio, TOTAL: total_ratio}
    table.add_row("Koko jakso", *(ratio(whole[line]) + " " for line in lines), style="bold")
    return table


def _year_band(row: Any) -> str:
    """Interval of a year; one that has all been observed has none."""
    return OBSERVED if row.observed_months == YEAR else interval(row.p10, row.p90, in_millions)


def _marked_ratio(row: Any) -> str:
    """Ratio of *row*, marked when Kela's figure is outside the interval; unmarked ones keep the place, to align."""
    return ratio(row.ratio) + (" " if row.in_band else OUTSIDE)


def _observed_note(row: Any) -> str:
    """How much of the budget year of *row* has been observed."""
    counted = "1 toteutuneen kuukauden" if row.observed_months == 1 else f"{row.observed_months} toteutunutta kuukautta"
    return f"Talousarviovuosi {row.year} sisältää {counted}, yhteensä {in_millions(row.observed)} M€."


def written(value: Any) -> str:
    """A number, a list of them or a word, as it is read; numbers keep their decimals."""
    if isinstance(value, (list, tuple)):
        return " / ".join(map(written, value))
    if isinstance(value, bool):
        return "kyllä" if value else "ei"
    if isinstance(value, (int, float)):
        return number(value, len(f"{Decimal(repr(value)).normalize():f}".partition(".")[2]))
    return str(value)
