"""How every input file is opened: text, CSV and YAML, with errors that say where.

YAML is read by ruamel, which refuses duplicate keys and knows line numbers, and checked against
a pydantic model that forbids unknown keys, so that a slip of the pen is found before anything runs.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from io import StringIO
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sources.errors import InputError, nearest

SEPARATORS = (",", ";", "\t")


class Strict(BaseModel):
    """Base of every file schema: unknown keys are errors and values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Schema = TypeVar("Schema", bound=BaseModel)


@contextmanager
def written_whole(path: Path, mend: str) -> Iterator[Path]:
    """A draft beside *path* that takes its place when the block ends well, so that an older file is whole till then.

    Raises
    ------
    InputError : the file cannot be written; what to do about it is *mend*.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as fault:
        raise InputError(path, "", f"cannot be written ({fault.strerror})", mend) from None
    finally:
        with suppress(OSError):  # where there is no folder, there is no draft
            draft.unlink(missing_ok=True)


def read_bytes(path: Path) -> bytes:
    """Content of *path*, unpacked when it ends in .gz; InputError when it cannot be read."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except FileNotFoundError:
        raise InputError(path, "", "the file is missing", "put it there or correct its name") from None
    except (OSError, EOFError, zlib.error) as fault:
        raise InputError(path, "", f"cannot be read ({fault})", "check the file and its rights") from None


def read_text(path: Path) -> str:
    """Content of *path* as UTF-8 text."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(path, f"byte {fault.start}", "is not UTF-8 text", "save the file as UTF-8") from None


def read_csv(path: Path, columns: Sequence[str], *, separator: str = ",") -> pd.DataFrame:
    """Rows of a CSV file as text columns, in file order; row *i* of the frame is line *i* + 2.

    Raises
    ------
    InputError : the file is missing, empty, has a row of another length, or lacks one of *columns*.
    """
    # not by pandas: it fills short rows, takes a first column for the index, and leaves blank lines uncounted
    text = StringIO(read_text(path).rstrip("\r\n"), newline="")
    try:
        header, *rows = list(csv.reader(text, delimiter=separator)) or [[]]
    except csv.Error as error:
        raise InputError(path, "", f"is not a table ({error})", "export it again") from None
    for column in columns:
        if header.count(column) != 1:
            raise InputError(path, f"column {column}", _fault_of_header(header, column, separator),
                             f"export the file with columns {', '.join(columns)}, separated by {separator!r}")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            mend = "complete the row or remove it" if len(row) < len(header) else "write decimals with a point"
            raise InputError(path, f"row {number}", f"has {len(row)} cells and the header {len(header)}", mend)
    return pd.DataFrame(rows, columns=header, dtype=str)


def _fault_of_header(header: list[str], column: str, separator: str) -> str:
    """Why *column* is not once in *header*."""
    if column in header:
        return "stands twice"
    if not any(header):
        return "is missing: the file is empty"
    others = [other for other in SEPARATORS if other != separator and len(header) == 1 and other in header[0]]
    return f"is missing: cells are separated by {others[0]!r}" if others else "is missing"


def numbers(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    """Column of *frame* as floats; InputError names the first row that is no number. The index holds file positions."""
    values = pd.to_numeric(frame[column], errors="coerce")
    refuse(frame, column, ~np.isfinite(values), path, "is not a number", "write a number with a decimal point")
    return values


def refuse(frame: pd.DataFrame, column: str, bad: pd.Series, path: Path | str, fault: str, mend: str) -> None:
    """InputError naming the first row of *frame* that is *bad*, and what its *column* holds, if there is one."""
    if bad.any():
        row = frame.index[bad.to_numpy().argmax()]
        raise InputError(path, f"row {row + 2}, column {column}", f"{frame[column][row]!r} {fault}", mend)


def read_yaml(path: Path, schema: type[Schema]) -> Schema:
    """The YAML file *path* as an instance of *schema*; each fault names file, key and line."""
    text = read_text(path)
    try:
        content = YAML(typ="rt").load(text)
    except DuplicateKeyError as fault:
        line = fault.problem_mark.line + 1
        key = str(fault.problem).split('"')[1]
        raise InputError(path, f"key {key}, line {line}", "stands twice", "keep one of the two") from None
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise InputError(path, f"line {mark.line + 1 if mark else 1}", f"is not YAML ({fault.problem})",
                         "correct the indentation or the quotes") from None
    except YAMLError as fault:  # a control character
        told = str(fault).splitlines()[0]
        raise InputError(path, "", f"holds a value that is none ({told})", "correct the date or number") from None
    except ValueError as fault:  # a date such as 2025-13-01
        raise InputError(path, f"line {_line_of_bad_date(text)}", f"holds a value that is none ({fault})",
                         "correct the date or number") from None
    if not isinstance(content, dict):
        raise InputError(path, "", "holds no keys", "start from the file that ships with the project")
    try:
        return schema.model_validate(content)
    except ValidationError as fault:
        raise explained(path, content, fault, schema) from None


def _line_of_bad_date(text: str) -> int:
    """Line, from 1, of the first unquoted value that looks like a date and is none; 1 if there is no such value."""
    for event in YAML().parse(text):
        written = re.match(r"(\d{4})-(\d\d?)-(\d\d?)", getattr(event, "value", None) or "")
        if written and event.style is None:
            try:
                date(*map(int, written.groups()))
            except ValueError:
                return event.start_mark.line + 1
    return 1


def explained(path: Path, content: Any, fault: ValidationError, schema: type[BaseModel]) -> InputError:
    """Why *content*, read from *path*, is no *schema*: its first fault, with the line of the key if YAML told it.

    A misspelt key is told before all else: what is missing is often what it should have been.
    """
    error = min(fault.errors(), key=lambda error: error["type"] != "extra_forbidden")
    location = list(error["loc"])
    line = _line_of(content, location)
    where = f"key {'.'.join(map(str, location)) or '(whole file)'}" + (f", line {line}" if line else "")
    if error["type"] == "extra_forbidden":
        parent = _fields_at(schema, location[:-1])
        return InputError(path, where, "unknown key", nearest(str(location[-1]), parent))
    if error["type"] == "missing":
        return InputError(path, where, "is missing", f"add {location[-1]}")
    if error["type"] == "literal_error":
        right = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        mend = nearest(str(error["input"]), right) if len(right) > 1 else f"write {right[0]}"
        return InputError(path, where, f"{error['input']!r} is not known here", mend)
    return InputError(path, where, error["msg"].removeprefix("Value error, "),
                      f"correct the value {str(error['input'])[:60]!r}")


def _line_of(node: Any, location: Sequence[Any]) -> int | None:
    """Line, from 1, of the deepest key of *location* that the file holds."""
    line = None
    for key in location:
        try:
            line = (node.lc.key(key) if hasattr(node, "keys") else node.lc.item(key))[0] + 1
            node = node[key]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _fields_at(schema: Any, location: Sequence[Any]) -> list[str]:
    """Names that the schema allows at *location*, through dictionaries, lists and keys that may be left out."""
    for key in location:
        if isinstance(schema, type) and issubclass(schema, BaseModel):
            schema = schema.model_fields[key].annotation if key in schema.model_fields else None
            if isinstance(schema, UnionType):
                schema = next((each for each in schema.__args__ if each is not NoneType), None)
        else:  # dict[str, Model] and list[Model]: the last type argument is what a key leads to
            schema = (getattr(schema, "__args__", None) or (None,))[-1]
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        return []
    return [field.alias or name for name, field in schema.model_fields.items()]


def yaml_text(content: Any) -> str:
    """Plain *content* as a YAML file holds it, in its order of keys."""
    yaml, text = YAML(), StringIO()
    yaml.width, yaml.representer.ignore_aliases = 120, lambda node: True
    yaml.dump(content, text)
    return text.getvalue()


def digest(*paths: Path) -> str:
    """SHA-256 over names and contents of *paths*, sorted by name: the identity of an input."""
    return digest_of((path.name, path.read_bytes()) for path in paths)


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """The same of *files* by name and content, wherever they lie."""
    total = hashlib.sha256()
    for name, content in sorted(files, key=lambda file: file[0]):
        total.update(name.encode())
        total.update(content)
    return total.hexdigest()
