"""JSON-stat 2.0 datasets, as PxWeb services answer: a cube of numbers in, a tidy frame out.

A dataset names its dimensions (``id``) and how many categories each has (``size``); its numbers are a list, or an
object of position → number, in row-major order over the dimensions. Format: json-stat.org/full. What a service may get
wrong is checked here, so that no number ever lands beside the wrong month.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sources.errors import InputError

MOST_CELLS = 5_000_000  # far above any query's limit; a size that is a slip must not fill the memory
LARGEST = 1e300  # beyond it a number overflows
MISSING = re.compile(r"\.{1,3}")  # how PC-Axis writes a number that is not there
MEND = "fetch or download the table again as JSON-stat 2"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Cells of a table, one a row.

    Attributes
    ----------
    source : address or file that it came from, for errors.
    cells : a column of category codes (text) for each variable, and ``value`` (float; NaN where the number is missing).
    texts : variable → code → what readers call it.
    """

    source: str
    cells: pd.DataFrame
    texts: dict[str, dict[str, str]]


def read_jsonstat(content: bytes, source: str) -> Dataset:
    """The JSON-stat 2.0 dataset in *content*.

    Raises
    ------
    InputError : not JSON, not a dataset of version 2, dimensions that do not fit their sizes, categories without an
        order, numbers that are none, or fewer or more of them than the sizes say.
    """
    cube = parse(content, source)
    if not (isinstance(cube, dict) and cube.get("class") == "dataset" and str(cube.get("version")).startswith("2.")):
        raise InputError(source, "", "is not a JSON-stat 2 dataset", MEND)
    names: Any = cube.get("id")
    sizes: Any = cube.get("size")
    dimensions: Any = cube.get("dimension")
    if not (_is_list(names, str) and _is_list(sizes, int) and isinstance(dimensions, dict)
            and len(names) == len(sizes) == len(set(names)) and "value" not in names and min(sizes, default=0) > 0):
        raise InputError(source, "key id, size, dimension", "do not describe a table with cells", MEND)
    count = math.prod(sizes)
    if count > MOST_CELLS:
        raise InputError(source, "key size", f"says {count} cells", f"ask for at most {MOST_CELLS}")
    categories = [_categories(dimensions.get(name), name, size, source)
                  for name, size in zip(names, sizes, strict=True)]
    cells = pd.MultiIndex.from_product([list(each) for each in categories], names=names).to_frame(index=False)
    cells["value"] = _values(cube.get("value"), count, source)
    return Dataset(source, cells, dict(zip(names, categories, strict=True)))


def parse(content: bytes, source: str) -> Any:
    """*content* as JSON; InputError when it is none, or holds NaN or Infinity, which JSON does not know."""
    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no number")

    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=refuse)
    except (ValueError, RecursionError) as fault:  # both kinds of bad text are a ValueError
        raise InputError(source, "", f"is not JSON ({fault})", MEND) from None


def _categories(dimension: Any, name: str, size: int, source: str) -> dict[str, str]:
    """Code → text of the *size* categories of a dimension, in order."""
    where = f"dimension {name}"
    category = dimension.get("category") if isinstance(dimension, dict) else None
    labels = category.get("label", {}) if isinstance(category, dict) else None
    if not (isinstance(category, dict) and isinstance(labels, dict)):
        raise InputError(source, where, "has no categories", MEND)
    index: Any = category.get("index", list(labels) if size == 1 else None)  # one category needs no order
    if isinstance(index, dict) and sorted(index.values(), key=str) == sorted(range(len(index)), key=str):
        index = sorted(index, key=index.__getitem__)
    if not (_is_list(index, str) and len(index) == size == len(set(index))):
        raise InputError(source, where, f"does not put its {size} categories in order", MEND)
    return {code: str(labels.get(code, code)) for code in index}


def _values(values: Any, count: int, source: str) -> np.ndarray:
    """The *count* numbers in order, NaN where one is missing."""
    found = np.full(count, np.nan)
    if isinstance(values, list):
        if len(values) != count:
            raise InputError(source, "key value", f"holds {len(values)} numbers for {count} cells", MEND)
        listed: Iterable[tuple[int, Any]] = enumerate(values)
    elif isinstance(values, dict):
        outside = next((key for key in values if not (re.fullmatch(r"\d{1,9}", key) and int(key) < count)), None)
        if outside is not None:
            raise InputError(source, f"key value.{outside}", f"is no position from 0 to {count - 1}", MEND)
        listed = ((int(key), value) for key, value in values.items())
    else:
        raise InputError(source, "key value", "is missing", MEND)
    for place, value in listed:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST:
            found[place] = value
        elif not (value is None or isinstance(value, str) and MISSING.fullmatch(value)):
            raise InputError(source, f"key value, position {place}", f"{value!r} is not a number", MEND)
    return found


def _is_list(value: Any, kind: type) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(type(each) is kind for each in value)
