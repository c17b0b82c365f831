"""Risk in print: chance and size of a break, when it shows, and until when a decision helps."""

from __future__ import annotations

from datetime import date

import pandas as pd
from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from reports.budget import NET, SHOWN, chance, estimate_note, listed
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import object_label
from reports.numbers import DASH, day, in_millions, interval, month, ratio, thousands
from reports.service_tables import NO_PLAN_OF_THE_CITY
from reports.tables import SIGN

COUNTED = "Todennäköisyydet ovat ajon simulaatioiden osuuksia"


def risk_tables(objects: pd.DataFrame, joint: pd.DataFrame, title: str) -> Group:
    """Each budget year by object, and both objects together.

    Parameters
    ----------
    objects, joint : of scenarios.decide.risk.Risk.
    title : whose risk.
    """
    note = estimate_note(objects["status"])
    table = empty_table(f"Riski, M€, {title}{f' (määrärahat: {note})' * bool(note)}", "")
    for heading in ("Määrä-\nraha", "Ennuste\nmediaani", f"\n10{DASH}90 %", "Ylityksen\ntodennäk.",
                    "Ylitys,\njos ylittyy", "Odotettu\nylitys", "Näkyy 80 %:n\nvarmuudella"):
        number_column(table, heading)
    for year, rows in objects.groupby("year"):
        table.add_section()
        for row in rows.itertuples():
            table.add_row(f"{year} {object_label(row.object)}", in_millions(row.appropriation), in_millions(row.median),
                          DASH if row.p10 == row.p90 else interval(row.p10, row.p90, in_millions), chance(row.p_break),
                          in_millions(row.overrun), in_millions(row.expected),
                          SHOWN.get(row.first_month) or month(row.first_month),
                          style="bold" if row.object == NET else "")
    return Group(table, footnotes([
        f"Odotettu ylitys = todennäköisyys × ylitys, jos ylittyy. {SIGN} {COUNTED}.",
        "Näkyy: kuukausi, jona ylitys on 80 %:n varma, mediaani ylittävistä simulaatioista.",
    ]), _joint(joint))


def _joint(joint: pd.DataFrame) -> Table:
    table = empty_table("Kuntaosuus ja toimintamenot yhdessä", "")
    for heading in ("Molemmat\nylittyvät", "Korrelaatio", "\n95 %:n väli"):
        number_column(table, heading)
    for row in joint.itertuples():
        table.add_row(str(row.year), chance(row.p_both), ratio(row.correlation), interval(row.low, row.high, ratio))
    return table


def deadline_tables(deadlines: pd.DataFrame, decided: date) -> Group:
    """Until when a decision to stop each contract helps, by budget year; what saves nothing is told in a line.

    Parameters
    ----------
    deadlines : of scenarios.decide.deadlines.
    decided : day of an immediate decision.
    """
    parts: list[Table | Padding] = []
    for year, rows in deadlines.groupby("year"):
        table = empty_table(f"Viimeinen hyödyllinen päätöspäivä, vuosi {year}", "Sopimus")
        for heading in ("Irtisanomis-\naika, pv", "Laskut\n1 000 €", f"Säästö, päätös\n{day(decided)}, 1 000 €",
                        "Puolet säästyy\nviimeistään", "Jotain säästyy\nviimeistään"):
            number_column(table, heading)
        for row in rows[rows["last_any"].notna()].itertuples():
            table.add_row(row.title, str(row.notice), thousands(row.bills), thousands(row.saved), _date(row.last_half),
                          day(row.last_any))
        nothing = rows.loc[rows["last_any"].isna(), "title"]
        if not table.row_count:
            parts.append(footnotes([f"Vuosi {year}: minkään sopimuksen lopettaminen ei enää säästä."]))
            continue
        parts.append(table)
        if len(nothing):
            parts.append(footnotes([f"{year}, ei enää säästettävää: {', '.join(nothing)}."]))
    return Group(*parts, footnotes([
        "Laskut: ennustekuukausina. Säästö: laskut, jotka jäävät tulematta, kun uusia ei oteta irtisanomisajan",
        "jälkeen; sisällä olevat maksetaan loppuun. Vaikutus kuntaosuuteen ei ole mukana: sen kertoo kuntaosuus brake.",
        f"Lakisääteiset ja tarvesidonnaiset eivät ole listalla. Irtisanomisajat ja hinnat: {NO_PLAN_OF_THE_CITY}.",
    ]))


def _date(when: date | None) -> str:
    return DASH if when is None or pd.isna(when) else day(when)


def joint_finding(objects: pd.DataFrame, joint: pd.DataFrame) -> str:
    """Chance that the net breaks and that both objects do, by year, and whether they go together."""
    net = objects[objects["object"] == NET]
    breaks = listed([f"{chance(row.p_break)} ({row.year})" for row in net.itertuples()])
    both = listed([chance(row.p_both) for row in joint.itertuples()])
    told = joint[(joint["low"] > 0) | (joint["high"] < 0)]
    links = [text("risk.together" if row.correlation > 0 else "risk.opposed", year=row.year)
             for row in told.itertuples()]
    link = text("risk.link", links=listed(links)) if links else text("risk.untold") * bool(joint["low"].notna().any())
    note = estimate_note(objects["status"])
    return text("risk.finding", breaks=text("budget.breaks", note=f" ({note})" * bool(note), chances=breaks),
                both=both, link=link)
