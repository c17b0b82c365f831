"""A sheet as plain data: columns, rows, what is summed, what is calculated, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd


class Field(NamedTuple):
    """A column of a sheet.

    Attributes
    ----------
    key : column of the grid's frame.
    heading : above it.
    form : text, label (a short text), whole, decimal, euros, share, chance or year: how its cells are shown.
    formula : of other fields of the row by key, as "{mean}-{appropriation}"; the frame holds what it comes to.
    note : beside the heading, what a calculated or summed column is.
    total : what its total sums, told in a note; empty where a sum says nothing.
    """

    key: str
    heading: str
    form: str
    formula: str = ""
    note: str = ""
    total: str = ""


class Picture(NamedTuple):
    """A chart of Excel's own, above the table: its kind, its fields, and the one along the axis.

    ``stacked`` columns, or ``line``; ``unit`` stands beside the vertical axis.
    """

    kind: str
    along: str
    fields: tuple[str, ...]
    title: str
    unit: str


@dataclass(frozen=True, eq=False)
class Grid:
    """A sheet.

    Attributes
    ----------
    name : on its tab.
    title, notes : above the table.
    fields, frame : its columns and rows. Cells of a field are pale where the frame's column of its key and "_faint" is
        true: what is not told from zero.
    by : field by whose values totals are made, each from the rows that have it; one total of all rows by default.
    totals : what the totals come to by value of ``by`` (rows) and field; of fields that are not summed (a median of
        a sum), too. Made of the frame where a summed field is missing.
    label : of a total.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    by: str = ""
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    label: str = ""
    pictures: tuple[Picture, ...] = ()

    @property
    def has_totals(self) -> bool:
        """Whether any field is summed."""
        return any(each.total for each in self.fields) and len(self.frame) > 0

    def total_rows(self) -> list[tuple[Any, Mapping[str, Any]]]:
        """Value of ``by`` ("" where all rows are summed) and what each field comes to."""
        if not self.has_totals:
            return []
        summed = [each.key for each in self.fields if each.total]
        values = list(dict.fromkeys(self.frame[self.by])) if self.by else [""]
        rows: list[tuple[Any, Mapping[str, Any]]] = []
        for value in values:
            of = self.frame[self.frame[self.by] == value] if self.by else self.frame
            row = dict(of[summed].sum())
            if value in self.totals.index:
                row |= self.totals.loc[value].dropna().to_dict()
            rows.append((value, row))
        return rows
