"""The net account as ``kuntaosuus run`` and ``kuntaosuus reprice`` show it: on the console, in JSON, as a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date
from functools import partial
from pathlib import Path

import pandas as pd

from app.console import out
from reports.budget import NO_BUDGET, budget_tables, is_simulated, net_finding
from reports.charts.net import net_chart
from reports.lines import source
from reports.style import save
from sources.records import records

TABLES = ("budget", "breaks", "net")
Tables = Mapping[str, pd.DataFrame]  # of a run, by name; without a budget those above are not among them


def print_net(tables: Tables, title: str) -> None:
    """The budget tables and the finding on the net, or that there is no budget."""
    if "budget" in tables:
        out.print(budget_tables(tables["budget"], tables["breaks"], title, simulated=is_simulated(tables["net"])))
    out.print(net_finding(tables["budget"]) if "budget" in tables else NO_BUDGET, soft_wrap=True)


def net_json(tables: Tables) -> dict[str, list[dict] | None]:
    """Rows of each table by its name, null without a budget."""
    return {name: records(tables[name]) if name in tables else None for name in TABLES}


def net_charts(tables: Tables, title: str, newest: str, date: Date) -> dict[str, Callable[[Path], None]]:
    """What draws net.png, by file name; nothing without a budget. *newest* is the last observed month."""
    return {"net.png": partial(_draw, tables, title, newest, date)} if "net" in tables else {}


def _draw(tables: Tables, title: str, newest: str, date: Date, path: Path) -> None:
    save(net_chart(tables["net"], tables["budget"], title=f"{title}: {net_finding(tables['budget'])}",
                   source=source(newest), date=date), path)

