"""The chart of a bridge between two runs: a waterfall for each budget year, from the one forecast to the other."""

from __future__ import annotations

from datetime import date as Date
from textwrap import fill

from matplotlib.figure import Figure

from reports.charts.waterfall import waterfall
from reports.language import text
from reports.lines import object_label
from reports.numbers import in_millions
from reports.run_bridge import headline, part_label, precise, run_bridge_finding, year_label
from reports.style import page, styled
from scenarios.decide.run_bridge import TOTAL, RunBridge


@styled
def run_bridge_chart(told: RunBridge, *, source: str, date: Date) -> Figure:
    """Draw the parts of *told* by year: of the net, without a budget of the benefit share.

    Parameters
    ----------
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year, in millions of euros; bars start where the one before them ended.
    """
    _, name = headline(told)
    rows = told.table[told.table["object"] == name]
    years = list(dict.fromkeys(rows["year"]))
    units = text("run_bridge.units", object=object_label(name), first=told.first.name, last=told.last.name)
    sheet = page(f"{told.last.municipality}: {run_bridge_finding(told)}", [units, text("run_bridge.sign")],
                 source=source, date=date)
    shown = [part for part in told.parts if (rows.loc[rows["part"] == part, "difference"] != 0).any()]
    names = [*(fill(part_label(part), 22) for part in shown), text("run_bridge.total")]
    panels = sheet.panels(len(years), left=2.1, right=0.2, above=0.5, gap=0.2)
    for axes, year in zip(panels, years, strict=True):
        of_year = rows[rows["year"] == year].set_index("part")
        ends = told.ends[(told.ends["object"] == name) & (told.ends["year"] == year)].iloc[0]
        waterfall(axes, names, [float(of_year.loc[part, "difference"]) for part in shown],
                  float(of_year.loc[TOTAL, "difference"]), form=precise, room=0.45,
                  certain=[bool(of_year.loc[part, "certain"]) for part in shown])
        axes.tick_params(axis="y", labelleft=axes is panels[0])
        axes.set_title(f"{year_label(year).capitalize()}\n{in_millions(ends['first'])} → {in_millions(ends['last'])}",
                       weight="bold")
    return sheet.figure
