"""A city's own ledger: an export as CSV or XLSX, and the mapping file that says what its columns and accounts mean.

Every city has its own chart of accounts, so nothing of it is in the code. Amounts are added up as decimals and rounded
once, to cents, in each month × object × line; so their sum is the ledger's, to the cent. An account that the mapping
does not name is an error: a line that silently disappears is a wrong budget. docs/actuals.md describes the mapping.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from io import BytesIO, StringIO
from pathlib import Path
from typing import Annotated, Any, Literal

import openpyxl
import pandas as pd
from pydantic import Field, model_validator

from sources.errors import InputError, nearest
from sources.files import Strict, numbers, read_bytes, read_csv, read_yaml, refuse
from sources.monthly import check_unique, months

LEDGER_KEYS = ("month", "object", "line")
WORKBOOKS = (".xlsx", ".xlsm")
MONTH_FORMS = (  # 202603, 2026M03, 2026-03, 2026-03-15; 3/2026, 3.2026, 15.3.2026
    re.compile(r"(?P<year>\d{4})(M?(?=\d\d)|[-/.])(?P<month>0?[1-9]|1[0-2])(-\d{1,2})?"),
    re.compile(r"(\d{1,2}\.)?(?P<month>0?[1-9]|1[0-2])[/.](?P<year>\d{4})"),
)
CENT = Decimal("0.01")

Sign = Literal["cost_positive", "cost_negative"]
Object = Literal["benefit_share", "operating", "income", "ignore"]
Codes = Annotated[list[str], Field(min_length=1)]
Line = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Columns(Strict):
    """Headings of the columns to read; without *year*, the month column holds the year too."""

    month: str
    account: str
    amount: str
    year: str | None = None
    cost_centre: str | None = None


class Rule(Strict):
    """Accounts (and cost centres), with * for any rest, and the object and line that they belong to."""

    accounts: Codes
    cost_centres: Codes | None = None
    object: Object
    line: Line | None = None
    sign: Sign | None = None

    @model_validator(mode="after")
    def _named_or_ignored(self) -> Rule:
        if (self.line is None) != (self.object == "ignore"):
            raise ValueError("a rule names a line, unless its object is ignore")
        return self

    def fits(self, account: str, centre: str) -> bool:
        """Whether a ledger row of *account* and cost *centre* is meant."""
        return any(fnmatchcase(account, code) for code in self.accounts) and (
            self.cost_centres is None or any(fnmatchcase(centre, code) for code in self.cost_centres))


class Mapping(Strict):
    """Schema of a mapping file."""

    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] = 1
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    decimal: Literal[",", "."] = ","
    sign: Sign
    columns: Columns
    rules: Annotated[list[Rule], Field(min_length=1)]


def read_ledger(path: Path, mapping_path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger *path* by month, object and line, and what the mapping leaves out.

    Returns
    -------
    Frame ``month`` (monthly period), ``object``, ``line``, ``euros`` (cost positive, in cents), in that order; and
    frame ``account``, ``rows``, ``euros`` of ignored rows, with the file's own sign.

    Raises
    ------
    InputError : a faulty mapping or file, a missing column, no month or number where one is needed, accounts that no
        rule names, or no row left.
    """
    mapping = read_yaml(mapping_path, Mapping)
    rows = _table(path, mapping)
    account, amount = mapping.columns.account, mapping.columns.amount
    centres = rows[mapping.columns.cost_centre] if mapping.columns.cost_centre else pd.Series("", rows.index)
    rules = [next((rule for rule in mapping.rules if rule.fits(*codes)), None)
             for codes in zip(rows[account], centres, strict=True)]
    unnamed = sorted({code or "(empty)" for code, rule in zip(rows[account], rules, strict=True) if rule is None})
    if unnamed:
        raise InputError(path, f"column {account}", f"no rule of {mapping_path.name} names {', '.join(unnamed)}",
                         "add them to its rules, or give them the object ignore")
    euros = rows[amount].map(lambda text: _decimal(text, mapping.decimal))
    refuse(rows, amount, euros.isna(), path, "is not an amount of money",
           f"write a number with decimal {mapping.decimal!r}")
    found = rows.assign(rule=rules, euros=euros)
    left_out = found["rule"].map(lambda rule: rule.object == "ignore")
    kept = _by_line(found[~left_out], path, mapping)
    ignored = found[left_out].groupby(account)["euros"].agg(rows="size", euros=_cents).reset_index(names="account")
    return kept, ignored


def read_actuals(path: Path) -> pd.DataFrame:
    """Stored actuals: columns month (monthly period), object, line, euros; InputError on a faulty or repeated row."""
    raw = read_csv(path, [*LEDGER_KEYS, "euros"])
    stored = raw.assign(month=months(raw, "month", path), euros=numbers(raw, "euros", path))
    check_unique(stored[list(LEDGER_KEYS)], path)
    return stored


def ledger_text(actuals: pd.DataFrame) -> str:
    """Actuals as the text of their file: what `read_actuals` reads back."""
    rows = actuals.sort_values(list(LEDGER_KEYS))[[*LEDGER_KEYS, "euros"]]
    return rows.to_csv(index=False, float_format="%.2f", lineterminator="\n")


def _table(path: Path, mapping: Mapping) -> pd.DataFrame:
    """Rows below the header as text, empty ones left out; the index holds file positions, two less than the row."""
    rows = _workbook(path, mapping) if path.suffix.lower() in WORKBOOKS else _text_rows(path, mapping)
    header = [cell.strip() for cell in rows[mapping.header_row - 1]] if len(rows) >= mapping.header_row else []
    for column in mapping.columns.model_dump(exclude_none=True).values():
        if header.count(column) != 1:
            fault = "stands twice" if column in header else "is missing"
            raise InputError(path, f"row {mapping.header_row}, column {column}", fault,
                             nearest(column, filter(None, header)) if header else "correct header_row in the mapping")
    body = {number: [cell.strip() for cell in row] for number, row in enumerate(rows[mapping.header_row:],
                                                                                start=mapping.header_row - 1)}
    filled = {number: (row + [""] * len(header))[:len(header)] for number, row in body.items() if any(row)}
    if not filled:
        raise InputError(path, "", "holds no row below its header", "export the ledger with its rows")
    return pd.DataFrame.from_dict(filled, orient="index", columns=header)


def _text_rows(path: Path, mapping: Mapping) -> list[list[str]]:
    """Cells of a CSV file."""
    encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
    try:
        text = read_bytes(path).decode(encoding)
        return list(csv.reader(StringIO(text, newline=""), delimiter=mapping.separator))
    except UnicodeDecodeError as fault:
        raise InputError(path, f"byte {fault.start}", "is not UTF-8 text",
                         "save the file as UTF-8, or write encoding: latin-1 into the mapping") from None
    except csv.Error as fault:
        raise InputError(path, "", f"is not a table ({fault})", "export it again") from None


def _workbook(path: Path, mapping: Mapping) -> list[list[str]]:
    """Cells of a sheet, the first one by default; dates as 2026-03-01, numbers as the mapping's decimal has them."""
    sheet = mapping.sheet
    content = BytesIO(read_bytes(path))
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        if sheet is not None and sheet not in book.sheetnames:
            raise InputError(path, f"sheet {sheet}", "is missing", nearest(sheet, book.sheetnames))
        chosen = book[sheet] if sheet else book.worksheets[0]
        chosen.reset_dimensions()  # some programs write a wrong size, and openpyxl would believe it
        return [[_cell(value, mapping.decimal) for value in row] for row in chosen.iter_rows(values_only=True)]
    except InputError:
        raise
    except Exception as fault:  # openpyxl has no error of its own for what is no workbook: zip, XML, key and others
        told = " ".join(str(fault).split()) or type(fault).__name__
        raise InputError(path, "", f"is not an Excel workbook ({told})", "save it as .xlsx") from None


def _cell(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):  # a datetime, too
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0").replace(".", decimal)
    return str(value)


def _by_line(rows: pd.DataFrame, path: Path, mapping: Mapping) -> pd.DataFrame:
    """Rows that count, added up by month, object and line."""
    if rows.empty:
        raise InputError(path, "", "holds no row that the mapping does not ignore", "correct the rules of the mapping")
    column, year = mapping.columns.month, mapping.columns.year
    texts = rows[year] + "-" + rows[column] if year else rows[column]
    when = texts.map(_month)
    refuse(rows, column, when.isna(), path, "is not a month", "write it as 2026-03, 202603, 3/2026 or 15.3.2026")
    signed = [euros if (rule.sign or mapping.sign) == "cost_positive" else -euros
              for rule, euros in zip(rows["rule"], rows["euros"], strict=True)]
    lines = pd.DataFrame({"month": pd.PeriodIndex(when, freq="M"), "object": [rule.object for rule in rows["rule"]],
                          "line": [rule.line for rule in rows["rule"]], "euros": signed})
    return lines.groupby(list(LEDGER_KEYS))["euros"].agg(_cents).reset_index()


def _month(text: str) -> str | None:
    """The month of *text* as 2026-03.

    >>> _month("15.3.2026"), _month("202603"), _month("2026-13")
    ('2026-03', '2026-03', None)
    """
    match = next(filter(None, (form.fullmatch(text) for form in MONTH_FORMS)), None)
    return f"{match['year']}-{int(match['month']):02}" if match else None


def _decimal(text: str, decimal: str) -> Decimal | None:
    """The amount in *text*, exactly; thousands may stand apart, and the minus behind.

    >>> _decimal("1 234,50-", ","), _decimal("1.234,5", ","), _decimal("1234.5", ",")
    (Decimal('-1234.50'), Decimal('1234.5'), None)
    """
    plain = re.sub(r"[\s€]", "", text).replace("\u2212", "-")
    plain = f"-{plain[:-1]}" if plain.endswith("-") else plain
    apart = "." if decimal == "," else ","
    form = rf"[+-]?(\d+|\d{{1,3}}(\{apart}\d{{3}})+)(\{decimal}\d+)?"
    return Decimal(plain.replace(apart, "").replace(decimal, ".")) if re.fullmatch(form, plain) else None


def _cents(amounts: Iterable[Decimal]) -> float:
    """The sum of *amounts*, rounded to cents."""
    return float(sum(amounts, Decimal(0)).quantize(CENT, ROUND_HALF_UP))

