"""A pilot in print: how many clients, how many months, and what shorter ones would tell."""

from __future__ import annotations

from functools import partial

from rich.console import Group
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import SPACE, number, percent, signed
from scenarios.decide.pilot import FOLLOW_UP, Pilot

NEVER = "Näin pientä vaikutusta ei erota sattumasta minkään kokoinen kokeilu."
MEASURES = {"work-in-6-months": f"työssä {FOLLOW_UP} kk:n kuluessa",
            "paid-days": f"maksettuja päiviä {FOLLOW_UP} kk:ssa"}


def pilot_finding(told: Pilot) -> str:
    """How many clients and months it takes, in a sentence."""
    if told.clients != told.clients:  # NaN
        return NEVER
    return (f"Kokeiluun tarvitaan {number(told.clients)} asiakasta: {number(told.months_of_intake)} kk:n ohjaukset ja "
            f"{FOLLOW_UP} kk:n seuranta, yhteensä {number(told.months)} kk.")


def pilot_tables(told: Pilot) -> Group:
    """The finding, what it rests on, and the power of pilots of other lengths."""
    return Group(Text(pilot_finding(told), "bold"), Text(), _basis(told), _curve(told), footnotes([
        "Kokeilu arpoo ohjatuista puolet uuteen ja puolet nykyiseen tapaan; ryhmiä verrataan kuten arvottiin.",
        "Voima: millä todennäköisyydellä vaikutus erottuu, jos se on niin suuri kuin kysyttiin.",
        f"Pienin erottuva: osallistujien vaikutus, joka erottuu {percent(told.asked.power, 0)}:n todennäköisyydellä.",
        f"Lähtötaso ajosta {told.run}: simuloituja ihmisiä nykyisillä palveluilla, ei kaupungin tilasto.",
    ]))


def _basis(told: Pilot) -> Group:
    asked, who, amount = told.asked, told.referred, partial(_amount, told)
    table = empty_table(f"Kokeilu: {who.title}", "Mistä")
    number_column(table, "Arvo")
    level = percent(who.work) if asked.measure == "work-in-6-months" else (
        f"{number(who.days, 1)}{SPACE}pv, hajonta {number(who.days_sd, 1)}")
    for name, value in {
        "Mittari": MEASURES[asked.measure],
        "Lähtötaso, palveluun ohjatut": level,
        "Vaikutus osallistujaan": amount(asked.effect),
        "Ohjatuista aloittaa": percent(who.take_up),
        "Vaikutus ohjattuun": amount(told.diluted),
        "Poistuu ennen seurannan loppua": percent(who.lost),
        "Asiakkaita kuussa, molemmat ryhmät": number(told.intake, 1),
        "Voima ja riskitaso": f"{percent(asked.power, 0)} ja {percent(asked.alpha, 0)}",
    }.items():
        table.add_row(name, value)
    return Group(table)


def _amount(told: Pilot, value: float) -> str:
    if told.asked.measure == "paid-days":
        return f"{signed(value, partial(number, decimals=1))}{SPACE}pv"
    return f"{signed(100 * value, partial(number, decimals=1))}{SPACE}%-yks."


def _curve(told: Pilot) -> Group:
    table = empty_table("Mitä eripituiset kokeilut erottavat", "Ohjauksia, kk")
    for heading in ("Yhteensä, kk", "Asiakkaita", "Voima", "Pienin erottuva"):
        number_column(table, heading)
    for row in told.curve.itertuples():
        table.add_row(number(row.months_of_intake), number(row.months), number(row.clients), percent(row.power, 0),
                      _amount(told, row.smallest_effect))
    return Group(table)
