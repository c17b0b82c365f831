"""A municipality's forecast by its share of the country, in the console: months, years, and where the doubt lies."""

from __future__ import annotations

import pandas as pd
from rich.console import Group
from rich.text import Text

from reports.forecast_tables import add_months
from reports.layout import empty_table, footnotes, number_column
from reports.numbers import SPACE, interval, month, number, percent

PATHS = {"own": "oma tilastollinen ura", "outlook": "ministeriön ennuste"}
ADDED = "Vaihteluiden neliöt laskevat yhteen: osuus ja kansallinen ura arvotaan toisistaan riippumatta."
SPREAD = {"outlook": "Ministeriön ennusteella ei ole väliä: sen ympärillä on tilastollisen uran vaihtelu, joka kasvaa "
                     "julkaisusta. Tilaston lopun ja julkaisun välissä se kasvaa kummastakin päästä.",
          "stated": "Annettu ura otetaan varmana: väli on vain osuuden."}


def path_name(path: str, shock: pd.Period | None) -> str:
    """The national path in words.

    >>> path_name("outlook", pd.Period("2027-03", "M"))
    'ministeriön ennuste, isku 3/2027 alkaen'
    """
    shaken = f", isku {month(str(shock))} alkaen" if shock is not None else ""
    return PATHS.get(path, path) + shaken


def share_table(months: pd.DataFrame, title: str) -> Group:
    """Median with 80 and 95 % intervals, the share's own part of the 80 % one, and the national median.

    Parameters
    ----------
    months : month, horizon, quantiles 0.025, 0.1, 0.5, 0.9, 0.975, low, high, national (scenarios.national.Followed).
    """
    table = empty_table(title, "Kuukausi")
    for heading in ("Mediaani", f"80{SPACE}% väli", f"95{SPACE}% väli", f"Vain osuus, 80{SPACE}%", "Koko maa"):
        number_column(table, heading)
    add_months(table, months, lambda row: [interval(row["low"], row["high"]), number(row["national"])])
    return Group(table)


def years_table(years: pd.DataFrame) -> Group:
    """Means of the calendar years that lie ahead whole: median and 80 % interval.

    Parameters
    ----------
    years : year, quantiles 0.1, 0.5, 0.9.
    """
    table = empty_table("Vuoden keskiarvo", "Vuosi")
    for heading in ("Mediaani", f"80{SPACE}% väli"):
        number_column(table, heading)
    for row in years.to_dict("records"):
        table.add_row(f"{row['year']:.0f}", Text(number(row[0.5]), "bold"), interval(row[0.1], row[0.9]))
    return Group(table)


def parts_table(parts: pd.DataFrame, path: str) -> Group:
    """Standard deviations of the logarithm, in per cent: of the national path, of the share, of both joined.

    Parameters
    ----------
    parts : horizon, national, share, joint, of_national (forecasting.share.parts).
    path : own, outlook, or the name of a file.
    """
    table = empty_table("Mistä epävarmuus tulee (vaihtelu, ±)", "Kk")
    for heading in ("Kansallinen ura", "Osuus", "Yhdessä", "Kansallisen osuus varianssista"):
        number_column(table, heading)
    for row in parts.itertuples():
        table.add_row(number(row.horizon), percent(row.national), percent(row.share), percent(row.joint),
                      percent(row.of_national, 0))
    spread = SPREAD.get("stated" if path not in PATHS else path)
    return Group(table, footnotes([ADDED, *([spread] if spread else [])]))
