"""Series made of a statistics service's tables: how a cube of cells becomes rows of a stored file, and joins them.

`Fetch` says, in tables.yaml, what of a table is wanted and which column it becomes. A fetched answer and a file that
was downloaded by hand (``downloads``) go the same way: cells by code, then rows, then the import of ``actuals``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, model_validator

from sources.actuals import Import, Store, lay_over
from sources.cache import Kept, keep, recall
from sources.errors import InputError
from sources.files import Strict, numbers, read_csv
from sources.jsonstat import Dataset, read_jsonstat
from sources.monthly import check_unique, months
from sources.pxweb import LATER, WILDCARD, Answer, PxWeb, Service

Values = Annotated[list[str], Field(min_length=1)]


class Column(Strict):
    """A column of the stored file: the codes of a variable, which tell rows apart, or its texts, which come along."""

    code: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Column:
        if (self.code is None) == (self.text is None):
            raise ValueError("a column is either the code or the text of a variable")
        return self


class Fetch(Strict):
    """What of a table is wanted, and what its cells are called in the stored file.

    Attributes
    ----------
    table : path of the table below the service's address.
    columns : stored column → variable; then come the measures, then the percentages.
    measures : the variable whose values are columns, named by their codes. Where the first of them is missing, there
        is no row.
    select : values by variable; "*" takes all.
    percentages : stored column → the two measures whose ratio it is, in per cent with two decimals.
    """

    table: Annotated[str, Field(pattern=r"^\w[\w./-]*$")]
    columns: Annotated[dict[str, Column], Field(min_length=1)]
    measures: str
    select: dict[str, Values]
    percentages: dict[str, tuple[str, str]] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Fetch:
        used = {column.code or column.text for column in self.columns.values()} | {self.measures}
        if used - set(self.select):
            raise ValueError(f"select says nothing of {', '.join(sorted(map(str, used - set(self.select))))}")
        twice = [code for code, values in self.select.items() if len(set(values)) < len(values)]
        if twice:
            raise ValueError(f"select.{twice[0]} names a value twice")
        if WILDCARD in self.names:
            raise ValueError(f"select.{self.measures} must name each measure, for each is a column")
        if {name for pair in self.percentages.values() for name in pair} - set(self.names):
            raise ValueError("a percentage is of two measures that are selected")
        return self

    @property
    def names(self) -> list[str]:
        """The measures, in order."""
        return self.select[self.measures]

    @property
    def keys(self) -> dict[str, str]:
        """Stored column → variable, of the columns that hold codes."""
        return {name: column.code for name, column in self.columns.items() if column.code}

    @property
    def labels(self) -> dict[str, str]:
        """Stored column → variable, of the columns that hold texts."""
        return {name: column.text for name, column in self.columns.items() if column.text}


def fetch_answers(fetch: Fetch, client: PxWeb, cache: Path, today: date,
                  progress: Callable[[int, int], None]) -> Kept:
    """Ask by *client* for what *fetch* wants, and keep the answers in *cache*; InputError as `PxWeb.fetch`."""
    answers = client.fetch(fetch.table, fetch.select, progress)
    keep(cache, fetch.select, answers, today)
    return Kept(today, answers)


def kept_answers(fetch: Fetch, service: Service, cache: Path) -> Kept:
    """The answers that *cache* kept of what *fetch* wants; InputError as `recall`."""
    return recall(cache, f"{service.url}/{fetch.table}", fetch.select)


def store_of(name: str, path: Path, fetch: Fetch, month: str) -> Store:
    """The stored file *path* of the series *name*, whose column *month* holds months."""
    keys = ("month", *(column for column in fetch.keys if column != month))
    return Store(name, path, keys, keys, tuple(fetch.names), partial(_read, fetch=fetch, month=month),
                 partial(_text, fetch=fetch, month=month), (*fetch.labels, *fetch.percentages))


def plan_answers(kept: Kept, fetch: Fetch, store: Store, month: str) -> Import:
    """What the *kept* answers of a service would change in *store*; InputError as `plan_download`."""
    described, *answers = kept.answers
    parts = [_as_asked(answer) for answer in answers]
    cells = pd.concat([part.cells for part in parts], ignore_index=True)
    texts = {code: {value: text for part in parts for value, text in part.texts[code].items()}
             for code in parts[0].texts}
    rows = rows_of(Dataset(described.url, cells, texts), fetch, month)
    digest = hashlib.sha256(b"".join(answer.content for answer in kept.answers)).hexdigest()
    return lay_over(store, rows, described.url, digest)


def plan_download(data: Dataset, path: Path, fetch: Fetch, store: Store, month: str) -> Import:
    """What the file *path*, read as *data*, would change in *store*; nothing is written.

    Texts that the file does not hold are those that are stored already.

    Raises
    ------
    InputError : a variable with more than one value that is no column, a cell that stands twice, what is no month, or
        a month that would be missing between others.
    """
    known = store.read(store.path) if store.path.exists() else pd.DataFrame(columns=[*fetch.columns])
    stored = {code: dict(zip(known[key], known[name], strict=True)) for name, code in fetch.labels.items()
              for key, of in fetch.keys.items() if of == code}
    named = replace(data, texts={code: {**stored.get(code, {}), **data.texts.get(code, {})} for code in data.cells})
    return lay_over(store, rows_of(named, fetch, month), path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def _as_asked(answer: Answer) -> Dataset:
    """The answer to a query; InputError when it holds other cells than were asked for."""
    data = read_jsonstat(answer.content, answer.url)
    for asked in answer.query["query"] if answer.query else []:
        if set(data.texts.get(asked["code"], {})) != set(asked["selection"]["values"]):
            raise InputError(answer.url, f"variable {asked['code']}", "is answered with other values than asked for",
                             LATER)
    return data


def fits(data: Dataset, fetch: Fetch) -> bool:
    """Whether *data* has the variables of *fetch*, all its measures, and a cell that it selects."""
    return {*fetch.keys.values(), fetch.measures} <= set(data.cells) \
        and set(fetch.names) <= set(data.cells[fetch.measures]) and bool(_selected(data, fetch).any())


def rows_of(data: Dataset, fetch: Fetch, month: str) -> pd.DataFrame:
    """The cells of *data* that *fetch* selects, as tidy rows: ``month``, codes, measures, texts and percentages."""
    cells, variables = data.cells[_selected(data, fetch)], list(fetch.keys.values())
    for code in set(cells) - {*variables, fetch.measures, "value"}:
        if (several := cells[code].nunique()) > 1:
            raise InputError(data.source, f"variable {code}", f"has {several} values, and a row needs one",
                             "leave it out, or choose its total only")
    check_unique(cells[[*variables, fetch.measures]], data.source)
    wide = cells.pivot(index=variables, columns=fetch.measures, values="value").reset_index()
    wide = wide[wide[fetch.names[0]].notna()]
    if wide.empty:
        raise InputError(data.source, f"measure {fetch.names[0]}", "has no number", "see whether its code has changed")
    rows = wide.rename(columns={code: name for name, code in fetch.keys.items()})
    rows["month"] = months(rows, month, data.source)
    for name, code in fetch.labels.items():
        rows[name] = [data.texts[code].get(value, value) for value in wide[code]]
    for name, (part, of) in fetch.percentages.items():
        rows[name] = (100 * rows[part] / rows[of].where(rows[of] != 0)).round(2)
    return rows.rename_axis(columns=None).reset_index(drop=True)


def _selected(data: Dataset, fetch: Fetch) -> pd.Series:
    """True for the cells whose codes *fetch* selects."""
    chosen = pd.Series(True, index=data.cells.index)
    for code, values in fetch.select.items():
        if values != [WILDCARD] and code in data.cells:
            chosen &= data.cells[code].isin(values)
    return chosen


def _read(path: Path, fetch: Fetch, month: str) -> pd.DataFrame:
    """The stored file as tidy rows; an empty number is NaN."""
    measured = [*fetch.names, *fetch.percentages]
    raw = read_csv(path, [*fetch.columns, *measured])
    rows = raw.assign(month=months(raw, month, path))
    for name in measured:
        known = raw[raw[name] != ""]
        rows[name] = numbers(known, name, path).reindex(raw.index)
    check_unique(rows[["month", *(column for column in fetch.keys if column != month)]], path)
    return rows


def _text(rows: pd.DataFrame, fetch: Fetch, month: str) -> str:
    """Tidy rows as the text of the stored file: what `_read` reads back, in the order that *fetch* selects."""
    stored = rows.assign(**{month: rows["month"].dt.strftime("%YM%m")})
    order = {}
    for name, code in fetch.keys.items():
        places = {value: place for place, value in enumerate(fetch.select[code])}
        order[name] = stored[name].map(lambda value, places=places: (places.get(value, len(places)), value))
    stored = stored.loc[pd.DataFrame(order).sort_values(list(fetch.keys)).index]
    for name in fetch.names:
        stored[name] = stored[name].map(lambda value: "" if pd.isna(value) else f"{value:.12g}")
    for name in fetch.percentages:  # ratios always show a decimal, as 18.0
        stored[name] = stored[name].map(lambda value: "" if pd.isna(value) else str(float(value)))
    columns = [*fetch.columns, *fetch.names, *fetch.percentages]
    return stored[columns].to_csv(index=False, lineterminator="\n")
