"""Kela's open data as published: all municipalities in one file, of which one's months are wanted.

A year of the municipal share is some 150,000 rows, so rows are filtered before they are looked at: pyarrow parses,
and only the municipality's own rows become numbers. What a row of another municipality holds is not asked.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from sources.errors import InputError
from sources.files import read_csv, read_text
from sources.kela import OLD_LAW, RECIPIENTS, SHARE, TOTAL, Table, monthly_rows

HEADER_LIMIT = 10_000  # characters: no table has a longer first row
OTHER_SPELLINGS = {"saaja_lkm": "saajat", "kunta_osuus_eur": "kuntaosuus_eur"}  # of the share, by the older table's


def read_published(path: Path, code: str) -> tuple[Table, pd.DataFrame]:
    """Which of Kela's tables the CSV file *path* is, and its rows by month of the municipality *code*.

    Columns may stand in any order and be more than needed. One that holds totals (Yhteensä; sex and age group, as
    Kela publishes them) is reduced to them.

    Returns
    -------
    The table, and its rows as text columns, ready for `sources.kela.tidy`; the index holds file positions.

    Raises
    ------
    InputError : not UTF-8, none of the tables, a row of another length, a second header, or no row of *code*.
    """
    text = read_text(path)
    first = text[:HEADER_LIMIT].partition("\n")[0].rstrip("\r")
    separator = ";" if ";" in first else ","
    header = [name.strip('"') for name in first.split(separator)]
    table = _table_of(header, path)
    renamed = {} if table is OLD_LAW else {old: new for old, new in OTHER_SPELLINGS.items() if new not in header}
    names = [renamed.get(column, column) for column in header]
    options = {column: pa.string() for column in names}
    try:
        cells = pa_csv.read_csv(BytesIO(text.rstrip("\r\n").encode()),
                                pa_csv.ReadOptions(column_names=names, skip_rows=1),
                                pa_csv.ParseOptions(delimiter=separator, ignore_empty_lines=False),
                                pa_csv.ConvertOptions(column_types=options, strings_can_be_null=False))
        rows = _of_municipality(cells, code, path)
    except pa.ArrowInvalid:  # the slower reader knows which row it is
        rows = read_csv(path, header[:1], separator=separator).rename(columns=renamed)
    rows = monthly_rows(rows, code, path)
    for column in set(names) - set(table.header):
        if (rows[column] == TOTAL).any():
            rows = rows[rows[column] == TOTAL]
    return table, rows


def _table_of(header: list[str], path: Path) -> Table:
    """The table that *header* is of, told by the columns that tell its rows apart; InputError when one is missing."""
    twice = [column for column in header if header.count(column) > 1]
    if twice:
        raise InputError(path, f"column {twice[0]}", "stands twice", "export the file again")
    known = {*header, *(OTHER_SPELLINGS.get(column, column) for column in header)}
    table = next((table for table in (SHARE, OLD_LAW) if any(column in known for column, _ in table.words.values())),
                 RECIPIENTS)
    lacking = [column for column in table.needed if column not in known]
    if lacking and table is RECIPIENTS:
        raise InputError(path, "row 1", "is not the header of a table of Kela's that is known",
                         "give Kela's open data as published, or --mapping for a city's ledger")
    if lacking:
        raise InputError(path, f"column {lacking[0]}", "is missing",
                         f"export the file with columns {', '.join(table.needed)}")
    return table


def _of_municipality(cells: pa.Table, code: str, path: Path) -> pd.DataFrame:
    """Rows of *code* as a frame over file positions."""
    codes = cells["kunta_nro"]
    again = pc.index(codes, "kunta_nro").as_py()
    if again >= 0:
        raise InputError(path, f"row {again + 2}", "is a second header", "give one file at a time")
    mine = pc.equal(pc.utf8_lpad(codes, 3, padding="0"), code).to_numpy()
    frame = cells.filter(mine).to_pandas()
    return frame.set_axis(np.flatnonzero(mine), axis=0)
