"""Services as a reader looks them up: all with volumes, places, prices and effects, and one in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, day, interval, number, percent, signed
from reports.tables import STATUSES, written

CLASSES = {
    "statutory_unconditional": "määrärahasta riippumaton", "appropriation_dependent": "määrärahariippuvainen",
    "need_bound": "tarvesidonnainen", "voluntary": "vapaaehtoinen", "commissioned": "toimeksianto",
}
EVIDENCE = {"experiment": "koe", "comparison": "vertailu", "review": "katsaus", "statistic": "tilasto",
            "judgement": "harkinta"}
BENEFITS = {"paid": "maksetaan ja päivät kertyvät; kuntaosuus lain mukaan", "paused": "tauolla, laskuri seisoo",
            "ended": "päättyy, työttömyys loppuu"}
GROUPS = {"young": "nuoret", "under30": "alle 30-vuotiaat", "newly_unemployed": "vasta työttömäksi jääneet",
          "long_term": "pitkäaikaistyöttömät", "foreign_language": "vieraskieliset",
          "reduced_ability": "alentunut työkyky", "limited": "työkyky rajoittunut, ei vielä arvioitu",
          "integration": "kotoutujat", "starter": "yrittäjiksi aikovat"}
ENTITLEMENTS = {"labour_market": "työmarkkinatuki tai yleistuki", "basic": "peruspäiväraha",
                "earnings_related": "ansiopäiväraha"}
UNITS = {"meeting": "tapaaminen", "case": "tapaus", "participant": "osallistuja",
         "participant-day": "osallistumispäivä", "client": "asiakas"}
KINDS = {"own": "oma", "in_house_company": "sidosyksikkö", "unit_price": "yksikköhinta",
         "outcome_based": "tulosperusteinen", "subsidy": "tuki", "grant": "avustus"}
PAYEES = {"purchase": "palveluntuottajille", "participant": "osallistujille", "employer": "työnantajille"}
PRICES = {"€/participant": "€/os.", "€/completed participant": "€/suorittanut", "€/participant-day": "€/pv",
          "€/place/year": "€/paikka", "€/year": "€/v", "€/outcome": "€/tulos", "€": "€/erä",
          "€/month": "€/kk", "€/day": "€/pv"}
PRICED = ("price", "per_place", "fixed", "tariff", "amounts.0", "instalments.0")
NAME_WIDTH = 30
MARKS = {"verified": "", "derived": "j", "recalled": "m", "estimate": "a"}
MARK_NOTE = "Merkinnät: j johdettu, m muistista, a arvio; ilman merkintää vahvistettu lähteestä."
NAMES = {
    "duration.mean": "Kesto, keskimäärin", "duration.spread": "Keston hajonta",
    "effect.during": "Vaikutus palvelun aikana", "effect.after": "Vaikutus heti palvelun jälkeen",
    "effect.decay": "Vaikutuksen keskimääräinen elinaika", "effect.completion": "Suorittaa loppuun",
    "effect.direct_placement": "Siirtyy suoraan työhön", "referral.starts_every": "Kurssi alkaa välein",
    **{f"referral.weights.{group}": f"Ohjataan: {name}" for group, name in GROUPS.items()},
}
NO_ESTIMATE_OF_THE_CITY = "ARVIO, ei kaupungin tieto: paikkoja, sopimuksia ja hintoja ei ole julkaistu."
EFFECT_NOTE = ("Vaikutus: muutos poistuman riskiin palvelussa ja heti sen päätyttyä, muualla mitattu tai harkittu; "
               "Lahdessa ei ole mitattu yhtään.")


def services_table(records: Sequence[Mapping[str, Any]], area: str, when: date) -> Group:
    """All services: those that clients are in with places, volumes, price and effect; then tasks and payments."""
    inside = [each for each in records if each["figures"]]
    others = [each for each in records if not each["figures"]]
    return Group(_participations(inside, f"Palvelut, {area}, {day(when)}"), footnotes(_notes(inside)),
                 _tasks(others), footnotes([MARK_NOTE]))


def _participations(records: Iterable[Mapping[str, Any]], title: str) -> Table:
    table = _wrapping(title, "Palvelu")
    table.columns[0].width = NAME_WIDTH
    for heading in ("Paikkoja", "Aloittaa\nkuussa", "Palve-\nlussa", "Kesto,\nkk", "Hinta", "Vaikutus\naikana",
                    "\njälkeen"):
        number_column(table, heading)
    table.add_column("Sen\nnäyttö", no_wrap=True)
    shown = None
    for each in records:
        if each["class"] != shown:
            table.add_section()
            table.add_row(Text(CLASSES[each["class"]].capitalize(), "bold"))
            shown = each["class"]
        table.add_row(*_row(each))
    return table


def _row(each: Mapping[str, Any]) -> list[Text | str]:
    figures = {figure["name"]: figure for figure in each["figures"]}
    volume, mean, after = each["volume"], figures["duration.mean"], figures["effect.after"]
    counts = [_marked(number(volume[name], 1), volume["status"]) if volume else DASH for name in ("starts", "stock")]
    return [
        each["finnish"], _places(each), *counts, _marked(number(mean["value"], 1), mean["status"]),
        Text("\n").join(prices_of(each)) or DASH, _effect(figures["effect.during"]), _effect(after),
        Text(EVIDENCE[after["evidence"]]),
    ]


def _wrapping(title: str, first: str) -> Table:
    """A table whose names may take two lines, and whose other cells begin on the first."""
    table = empty_table(title, first)
    table.columns[0].no_wrap, table.columns[0].vertical = False, "top"
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    return table


def _tasks(records: Iterable[Mapping[str, Any]]) -> Table:
    table = _wrapping("Tehtävät ja korvaukset, joissa ei olla sisällä", "Palvelu")
    for heading in ("Luokka", "Yksikkö", "Ostettavissa", "Hinta"):
        table.add_column(heading, no_wrap=True)
    for each in records:
        table.add_row(_marked(each["finnish"], each["status"]), CLASSES[each["class"]], UNITS[each["unit"]],
                      "ei, julkista valtaa" if each["authority"] else "kyllä", Text("\n").join(prices_of(each)) or DASH)
    return table


def prices_of(each: Mapping[str, Any]) -> list[Text]:
    """The prices of a service, one for each figure of its contracts that is one, with its mark."""
    return [_marked(f"{written(figure['value'])} {PRICES[figure['unit']]}", figure["status"])
            for contract in each["contracts"] for figure in contract["figures"]
            if figure["name"] in PRICED and (figure["value"] or contract["kind"] != "own")]


def _places(each: Mapping[str, Any]) -> Text | str:
    if not each["contracts"]:
        return DASH
    dated = [figure["status"] for contract in each["contracts"] for figure in contract["figures"]
             if figure["name"].startswith("places.")]
    return _marked(number(each["places"]), dated[0]) if dated and each["places"] is not None else "ei rajaa"


def _effect(figure: Mapping[str, Any]) -> Text:
    return _marked(signed(100 * (figure["value"] - 1)) + "\u00a0%", figure["status"])


def _marked(text: str, status: str) -> Text:
    """*text* with the mark of its status, in a column of its own width so that numbers stay aligned."""
    return Text.assemble(text, (f" {MARKS[status] or ' '}", "dim"))


def _notes(records: Sequence[Mapping[str, Any]]) -> list[str]:
    volume = next((each["volume"] for each in records if each["volume"]), None)
    notes = [MARK_NOTE]
    if volume:
        notes.append(
            f"Palvelussa = koko maan määrä {volume['year']} × osuus työttömistä {percent(volume['share'], 2)} × taso "
            f"{number(volume['level'], 3)} × muutos; aloitukset samoin; kesto = palvelussa ÷ aloitukset.")
        notes.append("Taso vie nykyhetkeen: aktivointiasteen ja Kelan etuudensaajien mukaan. Muutos: laki ja raha.")
    return [*notes, NO_ESTIMATE_OF_THE_CITY, EFFECT_NOTE]


def service_table(each: Mapping[str, Any], area: str, when: date) -> Group:
    """One service in full: what it is, its volume in words, every figure with range, evidence, status and source."""
    parts: list[Any] = [_heading(each, area)]
    if each["figures"]:
        parts.append(_figures("Kesto ja vaikutus", each["figures"], _service_figure))
        parts.append(footnotes([EFFECT_NOTE]))
    if each["volume"]:
        parts.append(footnotes([*volume_words(each, area), *_cross_checks(each)]))
    for contract in each["contracts"]:
        title = (f"{contract['title']} ({contract['producer']}, {KINDS[contract['kind']]}), "
                 f"{day(date.fromisoformat(contract['start']))}{DASH}"
                 f"{day(date.fromisoformat(contract['end'])) if contract['end'] else ''}")
        parts.append(_figures(title, contract["figures"], _contract_figure))
    if each["contracts"]:
        parts.append(footnotes([f"Paikkoja {day(when)}: "
                                f"{'ei rajaa' if each['places'] is None else number(each['places'])}.",
                                NO_ESTIMATE_OF_THE_CITY]))
    return Group(*parts)


def _heading(each: Mapping[str, Any], area: str) -> Table:
    table = empty_table(f"{each['finnish']}, {area}", "")
    table.show_header = False
    table.add_column("", overflow="fold")
    rows = [("Tunnus", each["key"]), ("Englanniksi", each["english"]),
            ("Luokka", f"{CLASSES[each['class']]} ({each['letters']})"),
            ("Julkinen valta", "kyllä: ei osteta" if each["authority"] else "ei"), ("Yksikkö", UNITS[each["unit"]]),
            ("Näyttö ja lähde", f"{STATUSES[each['status']]}: {each['source']}")]
    if each["note"]:
        rows.append(("Huomaa", each["note"]))
    if each["eligibility"]:
        rows += [("Kenelle", _eligibility(each["eligibility"])), ("Etuus palvelussa", BENEFITS[each["benefit"]])]
        rows += [("Ohjaus", told)] if (told := _referral(each["referral"])) else []
    for row in rows:
        table.add_row(row[0], Text(row[1]))
    return table


def _service_figure(figure: Mapping[str, Any]) -> str:
    name, _, place = figure["name"].rpartition(".")
    return NAMES[name if place.isdigit() else figure["name"]]


def _referral(told: Mapping[str, Any]) -> str:
    once = ["kerran henkilöä kohden"] if told["once"] else []
    first = [f"jonossa ensin {', '.join(GROUPS[group] for group in told['priority'])}"] if told["priority"] else []
    return "; ".join([*once, *first])


def _eligibility(asked: Mapping[str, Any]) -> str:
    parts = [f"{asked['ages'][0]}{DASH}{asked['ages'][1]} v"]
    if asked["unemployed_months"]:
        parts.append(f"työttömänä vähintään {written(asked['unemployed_months'])} kk")
    if asked["paid_days"]:
        parts.append(f"vähintään {asked['paid_days']} maksettua päivää")
    parts += [" tai ".join(names[key] for key in asked[field])
              for field, names in (("groups", GROUPS), ("entitlement", ENTITLEMENTS)) if asked[field]]
    return f"{'; '.join(parts)} ({STATUSES[asked['status']]}: {asked['source']})"


def _figures(title: str, figures: Iterable[Mapping[str, Any]], name: Any) -> Table:
    table = _wrapping(title, "")
    for heading in ("Arvo", "Haarukka"):
        number_column(table, heading)
    table.add_column("Näyttö", no_wrap=True)
    table.add_column("Lähde", overflow="fold")
    for figure in figures:
        low, high = figure["range"] or (float("nan"), float("nan"))
        evidence = f", {EVIDENCE[figure['evidence']]}" if figure.get("evidence") else ""
        table.add_row(Text.assemble(name(figure), "\n", (figure["unit"], "dim")), written(figure["value"]),
                      interval(low, high, written) if figure["range"] else DASH,
                      STATUSES[figure["status"]] + evidence, Text(figure["source"]))
    return table


CONTRACT_FIGURES = {
    "places": "Paikkoja", "payable": "Maksuaika", "notice": "Irtisanomisaika", "fixed": "Kiinteä osa",
    "per_place": "Hinta paikalta", "price": "Hinta", "evidence": "Tuloksen kesto", "tariff": "Hinta tulokselta",
    "cap": "Katto", "floor": "Vähimmäismaksu", "minimum": "Vähimmäismäärä", "shortfall": "Hinta puuttuvalta",
    "amounts": "Tuki", "instalments": "Erä",
}


def _contract_figure(figure: Mapping[str, Any]) -> str:
    since = f" {day(date.fromisoformat(figure['from']))}" if figure["from"] else ""
    return CONTRACT_FIGURES[figure["name"].split(".")[0]] + since


def volume_words(each: Mapping[str, Any], area: str) -> list[str]:
    """How the volume was derived, in words and numbers."""
    volume, opening = each["volume"], each["opening"]
    change = f" × muutos {number(volume['change'], 2)}" if volume["change"] != 1 else ""
    factors = f"osuus {percent(volume['share'], 2)} × taso {number(volume['level'], 3)}{change}"
    return [
        f"Määrä ({STATUSES[volume['status']]}): koko maassa palvelussa keskimäärin "
        f"{number(volume['national_stock'], 1)} vuonna {volume['year']} × {factors} = "
        f"{number(volume['stock'], 1)} ({area}); muista vuosista ja muutoksen haarukasta "
        f"{interval(volume['low'], volume['high'], lambda value: number(value, 1))}.",
        f"Aloituksia kuussa {number(volume['national_starts'], 1)} × samat = {number(volume['starts'], 1)}; "
        f"kesto {number(volume['stock'], 1)} ÷ {number(volume['starts'], 1)} = {number(volume['months'], 2)} kk.",
        f"Alussa palvelussa {opening['people']} ihmistä, jäljellä keskimäärin {number(opening['mean_days_left'])} pv.",
    ]


def _cross_checks(each: Mapping[str, Any]) -> list[str]:
    notes = []
    if cost := each["unit_cost"]:
        lifted = (f", nyt noin {number(cost['today'])} € (× {number(cost['lift'], 2)}, {STATUSES[cost['status']]})"
                  if cost["lift"] != 1 else ", sidottu lakiin eikä nostettu")
        notes.append(f"EU:n LMP-tietokanta {cost['year']}: {number(cost['euros'])} € aloittajaa kohden "
                     f"{PAYEES[cost['cost']]}{lifted}. Laskussa käytetään sopimuksen hintaa.")
    if outcome := each["outcome"]:
        notes.append(f"Kolmen kuukauden kuluttua työttömänä {percent(outcome['unemployed'])}, palvelussa "
                     f"{percent(outcome['in_service'])} ({number(outcome['ended'])} päättänyttä {outcome['year']}, "
                     "koko maa): raakaosuuksia valikoituneista osallistujista, ei vaikutuksia.")
    return notes
