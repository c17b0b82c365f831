"""What a run's services did and cost, and how busy caseworkers were, in the console."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich.console import Group
from rich.table import Table

from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL
from reports.numbers import in_millions, number, percent
from reports.run_titles import group_name
from reports.tables import SIGN

NO_PLAN_OF_THE_CITY = "ARVIO, ei kaupungin tieto"


def run_services_tables(costs: pd.DataFrame, casework: pd.DataFrame, units: Mapping[str, str], title: str) -> Group:
    """Services and units of caseworkers over all simulated months.

    Parameters
    ----------
    costs, casework : tables ``unit_costs`` and ``caseworkers`` of scenarios.service_account.
    units : name in print of each unit.
    title : whose run, and which months.
    """
    return Group(_services(costs, title), footnotes([
        "Kustannus: ennustekuukausien tapahtumista, myös myöhemmin maksettava; ilman henkilöstöä.",
        f"Palvelussa: keskimäärin. Jono: aloittaneiden odotus. {SIGN}",
        f"Paikat, hinnat ja sopimukset: {NO_PLAN_OF_THE_CITY}.",
    ]), _units(casework, units), footnotes([
        "Käyttöaste: osuus asiakastyön ajasta. Myöhässä: päiviä määräajasta tapaamiseen, keskimäärin.",
        f"Henkilöstö ja tapaamisten kestot: {NO_PLAN_OF_THE_CITY}.",
    ]))


def _services(costs: pd.DataFrame, title: str) -> Table:
    table = empty_table(f"Palvelut, {title}", "Palvelu")
    table.columns[0].no_wrap = False  # names take two lines before a figure is cut
    for heading in ("Aloituksia", "Palvelussa", "Jono, pv", "M€", "€/aloitus"):
        number_column(table, heading)
    for row in costs[costs["contract"] == TOTAL].itertuples():
        whole = row.service == TOTAL
        if whole:
            table.add_section()
        table.add_row(row.title, number(row.started), number(row.inside), number(row.wait), in_millions(row.euros),
                      number(row.per_start), style="bold" if whole else "")
    return table


def _units(casework: pd.DataFrame, units: Mapping[str, str]) -> Table:
    table = empty_table("Yksiköt", "Yksikkö")
    for heading in ("Tapaa-\nmisia", "Käyttö-\naste", "Jonossa", "Myöhässä, pv\nlakisääteinen", "\nmuu"):
        number_column(table, heading)
    for row in casework[casework["month"] == TOTAL].itertuples():
        table.add_row(units[row.unit], number(row.meetings), percent(row.utilisation, 0), number(row.queue, 1),
                      number(row.late_statutory, 1), number(row.late_discretionary, 1))
    return table


def groups_table(groups: pd.DataFrame) -> Group:
    """Groups of clients over all simulated months: the priority groups, and beside them the others, who wait instead.

    Parameters
    ----------
    groups : table ``groups`` of scenarios.run_tables.
    """
    table = empty_table("Ryhmät", "Ryhmä tullessa")
    for heading in ("Asiakkaita", "Tapaamisia", "Myöhässä,\npv", "Odotus,\npv", "Työhön", "Maksettuja\npäiviä"):
        number_column(table, heading)
    for row in groups.itertuples():
        table.add_row(group_name(row.group), number(row.clients), number(row.meetings_a_client, 1), number(row.late, 1),
                      number(row.wait, 1), number(row.work_a_client, 2), number(row.paid_days_a_client))
    return Group(table, footnotes([
        "Tapaamiset, alkaneet työt (myös tuetut) ja maksetut päivät: asiakasta kohden. Odotus: palvelun aloittaneiden.",
        "Asiakas on ensimmäisessä ryhmistä, joihin hän kuuluu tullessaan.",
        "Ryhmät eroavat muutenkin kuin palveluiltaan: vertaa skenaarioita, ei ryhmiä.",
    ]))
