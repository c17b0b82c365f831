"""The monthly series that a forecast can be asked for by name, and what sort of quantity each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecasting.panel import read_panel
from forecasting.series import KINDS, by_series
from forecasting.share import share_of
from sources.area import load_area
from sources.catalogue import catalogue as published_tables
from sources.errors import InputError, nearest
from sources.kela import read_recipients
from sources.old_law import read_old_law
from sources.panel import COUNTRY, read_services, read_stocks, read_tidy, read_vacancy_flows
from sources.press_points import read_press_points
from sources.statfin import read_unemployed

PANEL = "forecasting/panel_errors.csv.gz"
SHARE_PANEL = "forecasting/panel_share_errors.csv.gz"
PRESS_POINTS = "press_points"  # table of the municipality's own tables.yaml


@dataclass(frozen=True, eq=False)
class Asked:
    """Series to forecast: a tidy frame, its kind by name, and past errors to calibrate by, if there are any.

    ``kind`` is a key of forecasting.series.KINDS.
    """

    frame: pd.DataFrame
    kind: str
    errors: pd.DataFrame | None
    source: str


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {  # by the table's name in tables.yaml
    "unemployed_cities": read_stocks, "vacancy_flows": read_vacancy_flows, "subsidised_jobs": read_services}


def catalogue(root: Path, area: str) -> pd.DataFrame:
    """All named series of the data *root*: series, month, value, kind, source.

    Kela's recipients are the municipality's own; the rest are all areas of the published files.
    """
    place = load_area(area, root)
    recipients = read_recipients(place.kela_recipients, place.code)
    name, old_law = read_old_law(root)
    share = old_law[old_law["day_class"] == "total"]
    kela = "Kela, avoin data"
    tables = [table for table in published_tables(root, place) if table.name in READERS]
    parts = [
        _tidy(recipients_of(place.title), recipients.index, recipients.to_numpy()).assign(kind="stock", source=kela),
        *(READERS[table.name](table.path).assign(kind="stock", source=table.publisher.source) for table in tables),
        _tidy(f"old_law_share:{name}", share["month"], share["euros"].to_numpy()).assign(kind="euro", source=kela),
    ]
    return pd.concat(parts, ignore_index=True)


def recipients_of(title: str) -> str:
    """Name of the series of Kela's recipients of the municipality called *title*."""
    return f"recipients:{title}"


def panel_file(root: Path, name: str = PANEL) -> Path | None:
    """File *name* of past errors of municipalities, or of their shares, if the data *root* has one."""
    path = root / name
    return path if path.is_file() else None


def past_errors(panel: Path | None) -> pd.DataFrame | None:
    """What the file *panel* holds; None without one, and intervals are then the models' own."""
    return None if panel is None else read_panel(panel)


def municipalities(root: Path, area: str) -> pd.DataFrame:
    """Unemployed of every municipality that is published, without the country: what the panel is made of."""
    return _of_municipalities(catalogue(root, area))


def shares(root: Path, area: str) -> pd.DataFrame:
    """Share of every published municipality in the country's unemployed: what the panel of shares is made of."""
    named = catalogue(root, area)
    country = by_series(named.loc[named["series"] == f"unemployed:{COUNTRY}", ["series", "month", "value"]])
    found = (share_of(local, *country.values()) for local in by_series(_of_municipalities(named)).values())
    return pd.concat([_tidy(str(share.name), share.index, share.to_numpy()) for share in found], ignore_index=True)


def _of_municipalities(named: pd.DataFrame) -> pd.DataFrame:
    of_one = named["series"].str.startswith("unemployed:") & ~named["series"].str.endswith(COUNTRY)
    return named.loc[of_one, ["series", "month", "value"]]


def _tidy(name: str, months: Any, values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"series": name, "month": pd.PeriodIndex(months), "value": values.astype(float)})


@dataclass(frozen=True, eq=False)
class Known:
    """What a nowcast of the unemployed is made from: series by month, persons.

    ``points`` (``read_press_points``) is None where the municipality's folder names no table press_points.
    """

    name: str
    unemployed: pd.Series
    recipients: pd.Series
    points: pd.DataFrame | None
    source: str


def known_of_unemployed(root: Path, area: str) -> Known:
    """The municipality's published unemployed, Kela's recipients and the counts that releases quote."""
    place = load_area(area, root)
    quoted = [table for table in published_tables(root, place)
              if table.name == PRESS_POINTS and table.path.parent == root / place.name]
    return Known(f"unemployed:{place.title}", read_unemployed(place.unemployed),
                 read_recipients(place.kela_recipients, place.code),
                 read_press_points(quoted[0].path) if quoted else None,
                 "; ".join(["Tilastokeskus (12r5)", "Kela, avoin data", *(each.publisher.source for each in quoted)]))


def asked(root: Path, area: str, wanted: Sequence[str], kind: str | None = None) -> list[Asked]:
    """The series *wanted*: names of the catalogue, or paths of tidy CSV files; none means the area's own two.

    Parameters
    ----------
    kind : for files; a named series knows its own.

    Raises
    ------
    InputError : a name is unknown, or a file cannot be used.
    """
    errors = past_errors(panel_file(root))
    named = catalogue(root, area)
    title = load_area(area, root).title
    found = []
    for name in wanted or (recipients_of(title), f"unemployed:{title}"):
        rows = named[named["series"] == name]
        if len(rows):
            first = rows.iloc[0]
            calibrate = errors if (kind or first["kind"]) == "stock" else None
            found.append(Asked(rows[["series", "month", "value"]], kind or first["kind"], calibrate, first["source"]))
        elif name.endswith((".csv", ".csv.gz")) or Path(name).exists():
            found.append(Asked(read_tidy(Path(name)), kind or "stock", None, Path(name).name))
        else:
            raise InputError("command line", f"series {name}", "is neither a known series nor a file",
                             _mend(name, named["series"].unique()))
    return found


def _mend(name: str, known: np.ndarray) -> str:
    close = nearest(name, known)
    return close if close.startswith("write") else "kuntaosuus forecast series lists the names"


def known_kind(kind: str | None) -> str | None:
    """*kind*, if it is one of KINDS or None; InputError otherwise."""
    if kind is not None and kind not in KINDS:
        raise InputError("command line", f"option --kind {kind}", "is unknown", nearest(kind, KINDS))
    return kind
