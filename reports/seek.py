"""What a seek found, in print: the finding, cost against the target at each value tried, the price of one more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from rich.console import Group
from rich.table import Table

from reports.effect import UNTOLD
from reports.layout import empty_table, footnotes, number_column
from reports.lines import object_label
from reports.numbers import DASH, SPACE, day, in_millions, interval, millions, number, percent, signed
from reports.tables import SIGN
from scenarios.decide.seek import OBJECTS, Sought
from scenarios.decide.targets import Reading, Target

MINIMISED = {"places": "siirrettyjä paikkoja", "operating": "toimintamenoja"}


def form_of(target: Target) -> Callable[[float], str]:
    """How the target's estimate is written: a probability, euros or days, each with its unit."""
    if target.share is not None:
        return partial(percent, decimals=0)
    return days if target.asked == "wait" else millions


def days(value: float) -> str:
    """Days to one decimal."""
    return f"{number(value, 1)}{SPACE}pv"


def figure(value: float) -> str:
    """A lever's value: whole numbers whole."""
    return number(value, 0 if float(value).is_integer() else 2)


def seek_finding(sought: Sought) -> str:
    """What was found, in a sentence."""
    question, place, target = sought.question, sought.found.place, sought.question.target
    now, then = (list(map(figure, question.values(each))) for each in (question.today, place))
    answer = ", ".join(f"{lever.at} = {value}" for lever, value in zip(question.levers, then, strict=True))
    reached = _estimate(target, sought.answer.reading)
    head = f"Tavoite {target.text} vuonna {question.year}"
    if sought.found.status == "nowhere":
        return f"{head} ei täyty millään kokeillulla arvolla. Lähimmäs pääsee {answer}{_end(sought)}: {reached}."
    if sought.found.status == "everywhere":
        return f"{head} täyttyy kaikilla kokeilluilla arvoilla; kun {answer}: {reached}."
    if place == question.today:
        return f"{head} täyttyy nykyarvoilla ({answer}): {reached}."
    return f"{head} täyttyy, kun {answer} (nyt {', '.join(now)}): {reached}."


def _end(sought: Sought) -> str:
    """At which end of its range the only lever is, if it is."""
    (step, *others), lever = sought.found.place, sought.question.levers[0]
    if others or step not in (lever.low, lever.high):
        return ""
    return " (välin alaraja)" if step == lever.low else " (välin yläraja)"


def _estimate(target: Target, reading: Reading) -> str:
    form = form_of(target)
    what = "todennäköisyys" if target.share is not None else "keskiarvo"
    return f"{what} {form(reading.estimate)}{_band(target, reading.low, reading.high)}"


def _band(target: Target, low: float, high: float) -> str:
    return f" (95 %: {interval(low, high, form_of(target))})" if np.isfinite([low, high]).all() else ""


def seek_tables(sought: Sought) -> Group:
    """The frontier, the price of one more, and what to know of both."""
    prices = sought.prices()
    tables = [_prices(str(path), rows, sought.question.year) for path, rows in prices.groupby("lever", sort=False)]
    return Group(_frontier(sought), *tables, footnotes(_notes(sought)))


def _frontier(sought: Sought) -> Table:
    question, target = sought.question, sought.question.target
    paths = [lever.at for lever in question.levers]
    form = partial(percent, decimals=0) if target.share is not None else _plain(target)
    table = empty_table(f"Kustannus ja tavoite {target.text}, {question.year}, M€", "")
    for heading in (*(_letters(paths) if len(paths) > 1 else ["Arvo"]),
                    "Todennäköisyys\n95 %" if target.share is not None else "Keskiarvo\n95 %", "Ylitys",
                    "Toimintamenot", "Muutos\n± 95 %", "Kuntaosuuden\nmuutos ± 95 %", "Netton\nmuutos ± 95 %"):
        number_column(table, heading)
    for row in sought.frontier().to_dict("records"):
        mark = "löytyi" if row["found"] and row["met"] else "lähin" if row["found"] else "nyt" if row["today"] else ""
        band = interval(row["low"], row["high"], form) if np.isfinite([row["low"], row["high"]]).all() else DASH
        table.add_row(
            f"{mark}{'*' if row['efficient'] else ''}", *(figure(row[path]) for path in paths),
            f"{form(row['estimate'])} ({band})", signed(row["excess"], _plain(target)), in_millions(row["operating"]),
            *(_difference(row[f"{name}_difference"], row[f"{name}_margin"], in_millions) for name in OBJECTS),
            style="bold" if row["found"] else "" if row["met"] else "dim")
    return table


def _letters(paths: Sequence[str]) -> list[str]:
    return [chr(ord("A") + place) for place in range(len(paths))]


def _plain(target: Target) -> Callable[[float], str]:
    """How its limit is written in a column that says the unit: days, or millions of euros."""
    return partial(number, decimals=1) if target.asked == "wait" else in_millions


def _difference(value: float, margin: float, form: Callable[[float], str]) -> str:
    if value == 0 and margin == 0:
        return DASH
    return f"{signed(value, form)}{SPACE}±{SPACE}{form(margin) if np.isfinite(margin) else '?'}"


def _prices(path: str, rows: pd.DataFrame, year: int) -> Table:
    """What one more of a lever costs, by object."""
    ends = f"{figure(rows['low'].iloc[0])}{DASH}{figure(rows['high'].iloc[0])}"
    table = empty_table(f"Yhden lisäyksen hinta {year}, € ± 95 %, väliltä {ends}", path)
    number_column(table, "Hinta")
    table.add_column("", no_wrap=True)
    for row in rows.itertuples():
        text = _difference(row.price, row.margin, number)
        table.add_row(object_label(row.object), text, "" if row.certain or text == DASH else UNTOLD,
                      style="" if row.certain else "dim")
    return table


def _notes(sought: Sought) -> list[str]:
    """What to know of the answer: its noise, its neighbours, how it was sought."""
    question, target, near = sought.question, sought.question.target, sought.neighbours()
    one = len(question.levers) == 1
    notes = ["* tehokas: mikään kokeiltu ei ole yhtä aikaa halvempi ja lähempänä tavoitetta. "
             "Himmeä: tavoite ei täyty. Ylitys = tavoitteen kvantiili tai keskiarvo − raja.", SIGN,
             f"Ero nykyiseen: samat ihmiset ja sattuma. Muutos alkaen {_since(sought)}."]
    same = near[~near["certain"]]
    if len(same):
        notes.append(f"Naapuriarvot {', '.join(map(figure, same['value']))} eivät erotu löydetystä "
                     f"{question.scenario.draws} vedolla.")
    if doubtful := [question.values(each.place)[0] for each in sought.unclear] if one else []:
        ends = DASH.join(dict.fromkeys(map(figure, (min(doubtful), max(doubtful)))))
        notes.append(f"Kun arvo on {ends}, tavoite voi kääntyä: vaatimus on 95 %:n välin sisällä. "
                     "Lisää vetoja: --draws.")
    if sought.crossings > 1:
        notes.append("Tavoite ei käyttäydy yksisuuntaisesti: se täyttyy usealla erillisellä välillä. "
                     "Löydetty on lähinnä nykyarvoa.")
    if not one:
        names = [lever.at for lever in question.levers]
        notes.append(", ".join(f"{letter} = {name}" for letter, name in zip(_letters(names), names, strict=True)) + ".")
        notes.append(f"Askelhaku, vähiten {MINIMISED[question.minimised]}: yhden askeleen päässä ei ole parempaa.")
    if target.share is not None:
        notes.append("Kvantiili ja todennäköisyys ovat samoista vedoista kaikilla arvoilla.")
    notes.append(f"Kokeiltu {len(sought.trials)} arvoa, {sought.units} simulaatiota; niistä nyt tehtiin "
                 f"{sought.simulated}, muut olivat tallessa.")
    return notes


def _since(sought: Sought) -> str:
    return ", ".join(dict.fromkeys(day(lever.since) for lever in sought.question.levers))
