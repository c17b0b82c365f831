"""Grids as a file of Excel: every text a text, every sum a formula that comes with what it comes to."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import xlsxwriter
from matplotlib.colors import to_hex
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.budget import HARDLY, SURE, chance
from reports.language import text
from reports.style import INK, LOOKS, PALE
from reports.workbook.grid import Field, Grid, Picture
from sources.files import written_whole

LONGEST = 32_767  # characters of a cell, which Excel does not exceed
FORMS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True}, "label": {"text_wrap": True, "align": "left", "indent": 1},
    "whole": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.00"}, "euros": {"num_format": "#,##0.00"}, "share": {"num_format": "0.0%"},
    "year": {"num_format": "0"}}
TOTAL: dict[str, Any] = {"bold": True, "top": 1}
WIDTHS = {"text": 30, "label": 17, "year": 7, "share": 11, "chance": 15, "whole": 12, "decimal": 15, "euros": 15}
HEADING = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": "#e9f1f8"}
LINE, MOST_LINES = 13.5, 12  # points of a line of text; lines of a cell that are shown at once
CHART_WIDTH, CHART_HEIGHT, PIXELS = 1000, 380, 7.2  # of a chart at most; of a character of a column's width
ROWS_OF_CHART = 20
READABLE = 200  # characters of columns that a printed page holds in letters large enough to read
PROTECTED = {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "format_rows": True,
             "autofilter": True, "sort": True}
"""Formulas are kept from slips of the hand, not from their owner: there is no password."""


def write_workbook(path: Path, cover: Sequence[Sequence[str]], grids: Sequence[Grid], *, title: str, footer: str,
                   created: datetime) -> None:
    """Write a workbook, whole or not at all.

    Parameters
    ----------
    cover : rows of the first sheet, one or two texts each; a row of one is a heading.
    grids : the other sheets, in order.
    title, footer : of the file, and of every printed page.
    created : put into the file, so that the same runs make the same bytes.

    Raises
    ------
    InputError : *path* cannot be written.
    """
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})
    book.set_properties({"title": title[:255], "created": created})
    book.set_calc_mode("auto")
    formats: dict[str, Format] = {}
    for name, form in (FORMS | {"chance": {"num_format": _chance_format()}}).items():
        plain = {"font_size": 10, "valign": "top", **form}
        formats |= {name: book.add_format(plain), f"{name}_total": book.add_format({"font_size": 10, **form, **TOTAL}),
                    f"{name}_faint": book.add_format({"font_color": PALE, "italic": True, **plain})}
    formats |= {"title": book.add_format({"bold": True, "font_size": 14}),
                "note": book.add_format({"font_size": 9, "font_color": PALE}),
                "text_heading": book.add_format(HEADING),
                "label_heading": book.add_format({**HEADING, "align": "left", "indent": 1}),
                "number_heading": book.add_format({**HEADING, "align": "right"}),
                "link": book.add_format({"font_color": "#0072b2", "underline": 1})}
    _cover(book.add_worksheet(text("workbook.cover")), cover, grids, formats, footer)
    for grid in grids:
        _sheet(book, book.add_worksheet(grid.name), grid, formats, footer)
    book.close()
    with written_whole(path, "check its folder and rights, or close the file where it is open") as draft:
        draft.write_bytes(memory.getvalue())


def _chance_format() -> str:
    """The cell keeps its number; shown is what so many simulations can say, as everywhere: see ``budget.chance``."""
    return f'[>={SURE}]"{chance(1.0)}";[<{HARDLY}]"{chance(0.0)}";0%'


def _cover(sheet: Worksheet, rows: Sequence[Sequence[str]], grids: Sequence[Grid], formats: Mapping[str, Format],
           footer: str) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for place, row in enumerate(rows):
        if len(row) == 1:
            _write_text(sheet, place, 0, row[0], formats["title"])
        for column, cell in enumerate(row if len(row) > 1 else ()):
            _write_text(sheet, place, column, cell, formats["text"])
    place = len(rows) + 1
    _write_text(sheet, place, 0, text("workbook.sheets"), formats["title"])
    for below, grid in enumerate(grids, place + 1):
        sheet.write_url(below, 0, f"internal:'{grid.name}'!A1", formats["link"], grid.name)
        _write_text(sheet, below, 1, grid.title, formats["text"])
    _page(sheet, footer, place + len(grids), 1)


def _sheet(book: Workbook, sheet: Worksheet, grid: Grid, formats: Mapping[str, Format], footer: str) -> None:
    _write_text(sheet, 0, 0, grid.title, formats["title"])
    for place, note in enumerate(grid.notes, 1):
        _write_text(sheet, place, 0, note, formats["note"])
    head = len(grid.notes) + 2 + ROWS_OF_CHART * len(grid.pictures)
    sheet.set_row(head, LINE * max(math.ceil(len(each.heading) / (0.7 * WIDTHS[each.form])) for each in grid.fields))
    for column, each in enumerate(grid.fields):
        sheet.set_column(column, column, WIDTHS[each.form])
        _write_text(sheet, head, column, each.heading, formats.get(f"{each.form}_heading", formats["number_heading"]))
        if each.note:
            sheet.write_comment(head, column, each.note, {"x_scale": 2})
    letters = {each.key: xl_col_to_name(column) for column, each in enumerate(grid.fields)}
    rows = grid.frame.to_dict("records")
    for place, row in enumerate(rows, head + 1):
        if (lines := _lines(row, grid.fields)) > 1:
            sheet.set_row(place, LINE * min(lines, MOST_LINES))
        for column, each in enumerate(grid.fields):
            formula = each.formula and "=" + each.formula.format(
                **{key: f"{letter}{place + 1}" for key, letter in letters.items()})
            faint = "_faint" if row.get(f"{each.key}_faint") else ""
            _write(sheet, place, column, row[each.key], formula, formats[f"{each.form}{faint}"])
    last = _totals(sheet, grid, head, len(rows), letters, formats)
    if not grid.pictures:
        sheet.freeze_panes(head + 1, 1)
    if rows:
        sheet.autofilter(head, 0, head + len(rows), len(grid.fields) - 1)
    sheet.repeat_rows(head)
    for place, picture in enumerate(grid.pictures):
        _picture(book, sheet, grid, picture, head, len(rows), len(grid.notes) + 1 + ROWS_OF_CHART * place)
    wide = math.ceil(sum(WIDTHS[each.form] for each in grid.fields) / READABLE)
    _page(sheet, footer, last, len(grid.fields) - 1, wide)


def _lines(row: Mapping[str, Any], fields: Sequence[Field]) -> int:
    """How many lines the longest text of a row takes in its column."""
    return max((math.ceil(len(str(row[each.key])) / (0.9 * WIDTHS[each.form])) for each in fields
                if each.form in ("text", "label") and isinstance(row[each.key], str)), default=1)


def _totals(sheet: Worksheet, grid: Grid, head: int, rows: int, letters: Mapping[str, str],
            formats: Mapping[str, Format]) -> int:
    """Write the totals below the table; the number of the last row written."""
    place = head + rows
    for value, row in grid.total_rows():
        place += 1
        for column, each in enumerate(grid.fields):
            form = formats[f"{each.form}_total"]
            if each.key == grid.by:
                _write(sheet, place, column, value, "", form)
            elif each.total:
                span = f"{letters[each.key]}${head + 2}:{letters[each.key]}${head + rows + 1}"
                where = f"${letters[grid.by]}${head + 2}:${letters[grid.by]}${head + rows + 1}" if grid.by else ""
                formula = (f"=SUMIFS({span},{where},{letters[grid.by]}{place + 1})" if grid.by else f"=SUM({span})")
                _write(sheet, place, column, row[each.key], formula, form)
                sheet.write_comment(place, column, each.total, {"x_scale": 2})
            elif each.formula and _known(row, each, grid):
                formula = "=" + each.formula.format(**{key: f"{at}{place + 1}" for key, at in letters.items()})
                _write(sheet, place, column, row[each.key], formula, form)
                sheet.write_comment(place, column, each.note, {"x_scale": 2})
            else:
                _write(sheet, place, column, row.get(each.key, grid.label if column == (1 if grid.by else 0) else None),
                       "", form)
    return place


def _known(row: Mapping[str, Any], each: Field, grid: Grid) -> bool:
    """Whether a calculated field has a total, and all that it is calculated from."""
    used = [other.key for other in grid.fields if "{" + other.key + "}" in each.formula]
    return all(key in row and pd.notna(row[key]) for key in (each.key, *used))


def _write(sheet: Worksheet, row: int, column: int, value: Any, formula: str, form: Format) -> None:
    if value is None or (not isinstance(value, str) and not math.isfinite(value)):
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, str):
        _write_text(sheet, row, column, value, form)
    elif formula:
        sheet.write_formula(row, column, formula, form, float(value))
    else:
        sheet.write_number(row, column, float(value), form)


def _write_text(sheet: Worksheet, row: int, column: int, value: str, form: Format) -> None:
    """A text, whatever it begins with; one too long for a cell ends in an ellipsis."""
    plain = "".join(each if each.isprintable() or each == "\n" else " " for each in value)
    # Excel counts UTF-16 units, of which an emoji has two
    units = plain.encode("utf-16-le")
    if len(units) > 2 * LONGEST:
        plain = f"{units[:2 * (LONGEST - 2)].decode('utf-16-le', 'ignore')} …"
    sheet.write_string(row, column, plain, form)


def _picture(book: Workbook, sheet: Worksheet, grid: Grid, picture: Picture, head: int, rows: int, at: int) -> None:
    """A chart of the table's rows, from the row *at*."""
    stacked = picture.kind == "stacked"
    chart = book.add_chart({"type": "column", "subtype": "stacked"} if stacked else {"type": "line"})
    columns = {each.key: (place, each) for place, each in enumerate(grid.fields)}
    # parts of a stack from pale to dark, so that grey print tells their order
    shades = [to_hex(shade) for shade in matplotlib.colormaps["cividis"](np.linspace(0.95, 0.1, len(picture.fields)))]
    along = columns[picture.along][0]
    for place, key in enumerate(picture.fields):
        column, each = columns[key]
        look = shades[place] if stacked else LOOKS[place % len(LOOKS)].colour
        line = {"color": look if place else INK, "width": 2 if place < 2 else 1.25,
                "dash_type": "solid" if place < 2 else "dash"}
        chart.add_series({
            "name": each.heading.replace("\n", " "),
            "categories": [grid.name, head + 1, along, head + rows, along],
            "values": [grid.name, head + 1, column, head + rows, column],
            **({"fill": {"color": look}, "gap": 20} if stacked else {"line": line})})
    chart.set_title({"name": picture.title, "overlay": False, "name_font": {"size": 12}})
    chart.set_y_axis({"name": picture.unit, "num_format": "#,##0", "major_gridlines": {"visible": True,
                                                                                         "line": {"color": "#dddddd"}}})
    chart.set_x_axis({"num_font": {"rotation": -90}, "text_axis": True})
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    wide = sum(WIDTHS[each.form] for each in grid.fields) * PIXELS
    chart.set_size({"width": min(wide, CHART_WIDTH), "height": CHART_HEIGHT})
    sheet.insert_chart(xl_rowcol_to_cell(at, 0), chart, {"object_position": 2})


def _page(sheet: Worksheet, footer: str, last_row: int, last_column: int, wide: int = 1) -> None:
    """Print area, landscape A4 as many pages *wide*, footer, and protection."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(wide, 0)
    if wide > 1:
        sheet.repeat_columns(0)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_footer(f"&L{footer.replace('&', '&&')[:200]}&R&P / &N")
    sheet.hide_gridlines(2)
    sheet.protect("", PROTECTED)
