"""Tables that someone downloaded from a statistics service by hand: JSON-stat, or CSV with codes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from sources.errors import InputError
from sources.files import numbers, read_bytes, read_csv, read_text
from sources.jsonstat import MISSING, Dataset, read_jsonstat
from sources.monthly import check_unique
from sources.statistics import Fetch, fits

SEPARATORS = ";,\t"


def read_download(path: Path, fetch: Fetch) -> Dataset | None:
    """The cells of *path*, or None when it does not hold what *fetch* wants.

    Parameters
    ----------
    path : a JSON-stat 2 dataset, or a CSV table whose cells are codes: a column for each variable, and either one for
        each measure or one of measures and one of values. Columns are called like the variables or like those of the
        stored file; separator, decimal comma and further columns are understood.

    Raises
    ------
    InputError : the file is neither, or holds what is no number or a second header.
    """
    if read_bytes(path).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        data = read_jsonstat(read_bytes(path), str(path))
    else:
        found = _from_csv(path, fetch)
        if found is None:
            return None
        data = found
    return data if fits(data, fetch) else None


def _from_csv(path: Path, fetch: Fetch) -> Dataset | None:
    """Cells of a CSV table, or None when its header is not that of *fetch*; the index holds file positions."""
    header = read_text(path).partition("\n")[0]
    raw = read_csv(path, [], separator=max(SEPARATORS, key=header.count))
    again = (raw == list(raw.columns)).all(axis=1)
    if again.any():
        raise InputError(path, f"row {int(again.to_numpy().argmax()) + 2}", "is a second header",
                         "give one file at a time")
    variables = {name.lower(): code for name, code in fetch.keys.items()}
    variables |= {code.lower(): code for code in (*fetch.keys.values(), fetch.measures)}
    raw = raw.rename(columns=lambda name: variables.get(name.lower(), name))
    if not raw.columns.is_unique:
        raise InputError(path, "row 1", "names a column twice", "export the file again")
    keys, rest = [*fetch.keys.values()], [name for name in raw if name not in {*variables.values(), *fetch.labels}]
    if not set(keys) <= set(raw):
        return None
    check_unique(raw[[*keys, fetch.measures] if fetch.measures in raw else keys], path)
    if set(fetch.names) <= set(raw):
        parts = [raw[keys].assign(**{fetch.measures: name}, value=_values(raw, name, path)) for name in fetch.names]
        cells = pd.concat(parts)
    elif fetch.measures in raw and len(rest) == 1:
        cells = raw[[*keys, fetch.measures]].assign(value=_values(raw, rest[0], path))
    else:
        return None
    texts = {code: dict(zip(raw[code], raw[name], strict=True)) for name, code in fetch.labels.items() if name in raw}
    return Dataset(str(path), cells, texts)


def _values(raw: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """A column of numbers, NaN where one is missing; spaces between thousands and a decimal comma are understood."""
    plain = raw[column].map(lambda cell: re.sub(r"\s", "", cell).replace(",", "."))
    missing = plain.map(lambda cell: cell == "" or bool(MISSING.fullmatch(cell)))
    return numbers(raw.assign(**{column: plain})[~missing], column, path).reindex(raw.index)
