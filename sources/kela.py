"""Kela's tables of one municipality: its share of unemployment benefits, and the people on Kela's benefits.

The share is read with Kela's own sums as the check: day classes must add up to each benefit, and benefits to the
total, to the cent. Euros are by month of payment. *Recipients never add up*: one person can draw two benefits, or pass
from one day class to the next, within a month. Negative amounts and rows without recipients are later corrections and
stay. A `Table` describes each table once, for the readers here and for the import of new months (``actuals``).

What the series cannot show by itself, the arrears of 2025 above all, is listed with source and reason
in ``data/kela/known_breaks.yaml``, the same for every municipality, and marked in column ``breaks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, model_validator

from sources.errors import InputError, nearest
from sources.files import Strict, numbers, read_csv, read_yaml, refuse
from sources.monthly import HALF_CENT, check_gapless, check_unique, counts, months

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

OLD_CLASSES = {"300-499": "300-499", "500-999": "500-999", "1000 tai yli": "1000-", TOTAL: "total"}
MONTHLY = "Kuukausi"


@dataclass(frozen=True)
class Table:
    """One of Kela's tables: its columns as they are stored, and what they are called when tidy.

    Attributes
    ----------
    name : what `sources.area` calls the file.
    header : columns in order.
    words : tidy name → (column, Kela's word → tidy word): what tells the rows of a month apart.
    counted : tidy name → column of whole numbers.
    amounts : tidy name → column of numbers that add up, over each of *words*, to the row of its total.
    """

    name: str
    header: tuple[str, ...]
    words: dict[str, tuple[str, dict[str, str]]]
    counted: dict[str, str]
    amounts: dict[str, str]

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which a file is not this table."""
        return tuple(column for column in self.header if column not in ("vuosi", "kuukausi_nro"))


SHARE = Table(
    "kela_share",
    ("aikatyyppi", "vuosi", "kuukausi_nro", "vuosikuukausi", "kunta_nro", "etuus", "kertymaluokka", "saajat",
     "kuntaosuus_eur"),
    {"benefit": ("etuus", BENEFITS), "day_class": ("kertymaluokka", CLASSES)},
    {"recipients": "saajat"},
    {"euros": "kuntaosuus_eur"},
)
OLD_LAW = Table(
    "kela_old_law",
    ("aikatyyppi", "vuosi", "kuukausi_nro", "vuosikuukausi", "kunta_nro", "tyomarkkinatukipaiva_luokka", "saaja_lkm",
     "korvattu_paiva_lkm", "maksettu_eur", "kunta_osuus_eur"),
    {"day_class": ("tyomarkkinatukipaiva_luokka", OLD_CLASSES)},
    {"recipients": "saaja_lkm"},
    {"days": "korvattu_paiva_lkm", "paid_euros": "maksettu_eur", "euros": "kunta_osuus_eur"},
)
RECIPIENTS = Table("kela_recipients", ("kunta_nro", "vuosikuukausi", "saajat"), {}, {"recipients": "saajat"}, {})

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
    share = read_table(path, SHARE, code)
    share["breaks"] = _break_names(share, read_yaml(breaks_path, Breaks).breaks)
    return share


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
    return read_table(path, RECIPIENTS, code).set_index("month")["recipients"]


def read_table(path: Path, table: Table, code: str) -> pd.DataFrame:
    """The stored *table* of the municipality *code* as `tidy` has it, without missing months.

    The share by the law before 2025 (`OLD_LAW`, 2006 to 2024) has day classes 300-499, 500-999, 1000- and total,
    ``recipients`` (never to be added), ``days`` (paid), ``paid_euros`` (labour market support) and ``euros`` (the
    municipality's share of it).
    """
    rows = tidy(monthly_rows(read_csv(path, table.needed, separator=";"), code, path), table, path)
    check_gapless(pd.PeriodIndex(rows["month"]), path)
    return rows


def monthly_rows(raw: pd.DataFrame, code: str, path: Path) -> pd.DataFrame:
    """Rows of *raw* of the municipality *code*, and of months where the table holds years too.

    A code whose leading zeros a spreadsheet has eaten is understood.
    """
    mine = raw[raw["kunta_nro"].str.zfill(3) == code]
    if mine.empty:
        raise InputError(path, f"column kunta_nro, municipality {code}", "has no rows",
                         "export the table for this municipality or correct code in its settings.yaml")
    by_month = mine[mine["aikatyyppi"] == MONTHLY] if "aikatyyppi" in mine else mine
    if by_month.empty:
        raise InputError(path, f"municipality {code}", f"has no monthly rows (aikatyyppi {MONTHLY})",
                         "export the table by month")
    return by_month


def tidy(rows: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    """*rows* of one municipality's months of *table*, checked but for missing months.

    Parameters
    ----------
    rows : text columns; the index holds file positions, for errors.

    Returns
    -------
    DataFrame in order of month and words, with columns ``month`` and the tidy names of *table*.

    Raises
    ------
    InputError : an unknown word, a repeated row, text for a number, a month in which nobody is counted, or amounts
        that do not add up to Kela's totals to the cent.
    """
    result = pd.DataFrame({"month": months(rows, "vuosikuukausi", path)}, index=rows.index)
    for name, (column, known) in table.words.items():
        result[name] = _translated(rows[column], known, path, column)
    for name, column in table.counted.items():
        result[name] = counts(rows, column, path)
        if not table.words:
            refuse(rows, column, result[name] == 0, path, "is not a positive count",
                   "correct the count: a municipality without one recipient is a fault of the file")
    for name, column in table.amounts.items():
        result[name] = numbers(rows, column, path)
    keys = ["month", *table.words]
    check_unique(result[keys], path)
    for name in table.amounts:
        for over in reversed(table.words):
            _check_sums(result, name, over, [key for key in keys if key != over], path)
    return result.sort_values(keys, ignore_index=True)


def as_stored(frame: pd.DataFrame, table: Table, code: str) -> str:
    """A tidy *frame* of the municipality *code* as the text of a file of *table*: what `tidy` reads back."""
    columns = {"aikatyyppi": MONTHLY, "vuosi": frame["month"].dt.year, "kuukausi_nro": frame["month"].dt.month,
               "vuosikuukausi": frame["month"].dt.strftime("%Y%m"), "kunta_nro": code}
    for name, (column, known) in table.words.items():
        columns[column] = frame[name].map({tidy_word: word for word, tidy_word in known.items()})
    for name, column in {**table.counted, **table.amounts}.items():
        columns[column] = frame[name].map(lambda value: f"{value:.2f}".rstrip("0").rstrip(".") if value else "0")
    stored = pd.DataFrame(columns, index=frame.index)[list(table.header)]
    words = [column for column, _ in table.words.values()]
    return stored.sort_values(["vuosikuukausi", *words]).to_csv(index=False, sep=";", lineterminator="\n")


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


def _translated(words: pd.Series, table: dict[str, str], path: Path, column: str) -> pd.Series:
    """*words* through *table*; InputError names the row of the first word that is not in it."""
    unknown = ~words.isin(list(table))
    if unknown.any():
        row = words.index[unknown.to_numpy().argmax()]
        raise InputError(path, f"row {row + 2}, column {column}", f"{words[row]!r} is unknown",
                         nearest(words[row], table))
    return words.map(table)


def _check_sums(rows: pd.DataFrame, amount: str, over: str, within: list[str], path: Path) -> None:
    """InputError where *amount* over *over* does not add up, to the cent, to its total in a group of *within*."""
    parts = rows[rows[over] != "total"].groupby(within)[amount].sum()
    totals = rows[rows[over] == "total"].set_index(within)[amount]
    sums = pd.DataFrame({"parts": parts, "total": totals}).reset_index()
    off = sums[~((sums["parts"] - sums["total"]).abs() < HALF_CENT)]  # so that a missing side counts as off
    if len(off):
        first = off.iloc[0]
        raise InputError(path, ", ".join(f"{name} {first[name]}" for name in within),
                         f"rows by {over} sum to {first['parts']:.2f} {amount}, their {TOTAL} row says "
                         f"{first['total']:.2f}",
                         "export the month again: a row is missing or was changed")


def _break_names(share: pd.DataFrame, breaks: dict[str, Break]) -> pd.Series:
    """Names of the breaks that touch each row, in file order, joined by a comma."""
    names = pd.Series("", index=share.index)
    for name, known in breaks.items():
        touched = known.touches(share)
        names[touched] += "," + name
    return names.str.removeprefix(",")
