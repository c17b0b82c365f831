"""Kela's tables of one municipality: its share of unemployment benefits, and the people on Kela's benefits.

The share is read with Kela's own sums as the check: day classes must add up to each benefit, and
benefits to the total, to the cent. Euros are by month of payment. *Recipients never add up*: one person
can draw two benefits, or pass from one day class to the next, within a month. Negative amounts and rows
without recipients are later corrections and stay.

What the series cannot show by itself, the arrears of 2025 above all, is listed with source and reason
in ``data/kela/known_breaks.yaml``, the same for every municipality, and marked in column ``breaks``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, model_validator

from sources.errors import InputError, nearest
from sources.files import Strict, numbers, read_csv, read_yaml
from sources.monthly import check_gapless, check_unique, counts, monthly_series, months

TOTAL = "Yhteensä"
BENEFITS = {
    "Ansiopäiväraha": "earnings_related",
    "Peruspäiväraha": "basic",
    "Työmarkkinatuki": "labour_market",
    "Yleistuki työttömyyden perusteella": "general",
    TOTAL: "total",
}
DAY_CLASSES = ("101-200", "201-300", "301-400", "401-700", "701-")
CLASSES = {**{day_class: day_class for day_class in DAY_CLASSES}, TOTAL: "total"}

SHARE_COLUMNS = ("aikatyyppi", "vuosikuukausi", "kunta_nro", "etuus", "kertymaluokka", "saajat", "kuntaosuus_eur")
RECIPIENT_COLUMNS = ("kunta_nro", "vuosikuukausi", "saajat")
HALF_CENT = 0.005

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Benefit = Literal["earnings_related", "basic", "labour_market", "general", "total"]
DayClass = Literal["101-200", "201-300", "301-400", "401-700", "701-", "total"]


class Break(Strict):
    """A named break of the share series: from *first* to *last* (open when absent), or the *newest* months."""

    first: Month | None = None
    last: Month | None = None
    newest: Annotated[int, Field(ge=1)] | None = None
    benefits: list[Benefit]
    classes: list[DayClass]
    reason: str
    source: str

    @model_validator(mode="after")
    def _one_span(self) -> Break:
        if (self.first is None) == (self.newest is None):
            raise ValueError("a break needs either first (and last) or newest")
        return self

    def touches(self, share: pd.DataFrame) -> pd.Series:
        """True for the rows of a tidy *share* that this break concerns."""
        rows = share["benefit"].isin(self.benefits) & share["day_class"].isin(self.classes)
        if self.newest is not None:
            return rows & (share["month"] > share["month"].max() - self.newest)
        rows &= share["month"] >= pd.Period(self.first, "M")
        return rows if self.last is None else rows & (share["month"] <= pd.Period(self.last, "M"))


class Breaks(Strict):
    """Schema of ``known_breaks.yaml``."""

    breaks: dict[str, Break]


def read_share(path: Path, code: str, breaks_path: Path) -> pd.DataFrame:
    """Monthly municipal share of unemployment benefits of the municipality *code*.

    Parameters
    ----------
    path : Kela's open data as published, semicolon-separated, one row a month × benefit × day class.
    code : three-digit municipality code; other municipalities and yearly rows are left out.
    breaks_path : the known breaks of the series.

    Returns
    -------
    DataFrame in order of month, benefit, day class, with columns ``month`` (monthly periods of payment),
    ``benefit`` (a value of `BENEFITS`), ``day_class`` (Kela's spelling, or total), ``recipients`` (persons;
    never to be added over rows), ``euros`` (nominal; negative where corrected) and ``breaks`` (names
    joined by a comma, or empty). A combination that was not paid in a month has no row.

    Raises
    ------
    InputError : unknown benefit or class, a repeated row, a missing month, text for a number, no row of
        *code*, or classes and benefits that do not add up to Kela's totals to the cent.
    """
    raw = read_csv(path, SHARE_COLUMNS, separator=";")
    share = pd.DataFrame({
        "month": months(raw, "vuosikuukausi", path),
        "benefit": raw["etuus"],
        "day_class": raw["kertymaluokka"],
        "recipients": counts(raw, "saajat", path),
        "euros": numbers(raw, "kuntaosuus_eur", path),
    })[(raw["aikatyyppi"] == "Kuukausi") & _is_municipality(raw, code, path)]
    if share.empty:
        raise InputError(path, f"municipality {code}", "has no monthly rows (aikatyyppi Kuukausi)",
                         "export the table by month")
    share["benefit"] = _translated(share["benefit"], BENEFITS, path, "etuus")
    share["day_class"] = _translated(share["day_class"], CLASSES, path, "kertymaluokka")
    check_unique(share[["month", "benefit", "day_class"]], path)
    check_gapless(pd.PeriodIndex(share["month"]), path)
    _check_sums(share, "day_class", "benefit", path)
    _check_sums(share, "benefit", "day_class", path)
    share["breaks"] = _break_names(share, read_yaml(breaks_path, Breaks).breaks)
    return share.sort_values(["month", "benefit", "day_class"], ignore_index=True)


def read_recipients(path: Path, code: str) -> pd.Series:
    """People on Kela's unemployment benefits at each month's end in the municipality *code*.

    Earnings-related allowance is paid by the funds and not in it.

    Returns
    -------
    Series ``recipients`` of positive integers over a monthly period index without gaps.

    Raises
    ------
    InputError : no row of *code*, a repeated or missing month, or a count that is not a positive number.
    """
    raw = read_csv(path, RECIPIENT_COLUMNS, separator=";")
    when, people = months(raw, "vuosikuukausi", path), counts(raw, "saajat", path)
    mine = _is_municipality(raw, code, path)
    empty = mine & (people == 0)
    if empty.any():
        raise InputError(path, f"row {int(empty.to_numpy().argmax()) + 2}, column saajat", "is 0",
                         "correct the count: a municipality without one recipient is a fault of the file")
    return monthly_series(people[mine], when[mine], path, "recipients")


def newest_complete_month(share: pd.DataFrame) -> pd.Period:
    """Newest month of payment in a tidy *share*; complete, for `read_share` refuses a month that does not add up."""
    return share["month"].max()


def pivot(share: pd.DataFrame, value: Literal["euros", "recipients"] = "euros",
          benefit: Benefit = "total") -> pd.DataFrame:
    """Month × day class table of one *benefit*; 0 where nothing was paid.

    Returns
    -------
    DataFrame over all months of *share*, with the five day classes and Kela's own ``total`` as columns. The
    total of recipients is less than the sum of the classes: people pass from one class to the next.
    """
    table = share[share["benefit"] == benefit].pivot(index="month", columns="day_class", values=value)
    every = pd.period_range(share["month"].min(), share["month"].max(), freq="M", name="month")
    filled = table.reindex(index=every, columns=list(CLASSES.values())).fillna(0)
    return filled.astype(share[value].dtype)


def _is_municipality(raw: pd.DataFrame, code: str, path: Path) -> pd.Series:
    """True for the rows of *code*, also where a spreadsheet has eaten its leading zeros."""
    mine = raw["kunta_nro"].str.zfill(3) == code
    if not mine.any():
        raise InputError(path, f"column kunta_nro, municipality {code}", "has no rows",
                         "export the table for this municipality or correct code in its settings.yaml")
    return mine


def _translated(words: pd.Series, table: dict[str, str], path: Path, column: str) -> pd.Series:
    """*words* through *table*; InputError names the row of the first word that is not in it."""
    unknown = ~words.isin(list(table))
    if unknown.any():
        row = words.index[unknown.to_numpy().argmax()]
        raise InputError(path, f"row {row + 2}, column {column}", f"{words[row]!r} is unknown",
                         nearest(words[row], table))
    return words.map(table)


def _check_sums(share: pd.DataFrame, over: str, within: str, path: Path) -> None:
    """InputError where the euros of *over* do not add up, to the cent, to its total in a month of *within*."""
    parts = share[share[over] != "total"].groupby(["month", within])["euros"].sum()
    totals = share[share[over] == "total"].set_index(["month", within])["euros"]
    sums = pd.DataFrame({"parts": parts, "total": totals})
    off = ~((sums["parts"] - sums["total"]).abs() < HALF_CENT)  # so that a missing side counts as off
    if off.any():
        (month, name), pair = sums.index[off.to_numpy().argmax()], sums[off].iloc[0]
        raise InputError(path, f"month {month}, {within} {name}",
                         f"rows by {over} sum to {pair['parts']:.2f} €, their {TOTAL} row says {pair['total']:.2f} €",
                         "export the month again: a row is missing or was changed")


def _break_names(share: pd.DataFrame, breaks: dict[str, Break]) -> pd.Series:
    """Names of the breaks that touch each row, in file order, joined by a comma."""
    names = pd.Series("", index=share.index)
    for name, known in breaks.items():
        touched = known.touches(share)
        names[touched] += "," + name
    return names.str.removeprefix(",")
