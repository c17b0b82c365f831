"""The euros of a unit taken apart, for the console: tables of paid days, and below them the rules they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL, line_label
from reports.numbers import DASH, SPACE, day, month, number, percent
from reports.tables import SIGN, STATUSES
from scenarios.explain import CellExplained, ClientExplained, Explained
from scenarios.rulebook import Rule

STATES = {"unemployed": "työtön", "short_work": "lyhyt työsuhde", "lasting_work": "pysyvä työsuhde",
          "outside": "työvoiman ulkopuolella", "gone": "poistunut", "service": "palvelussa", "laid_off": "lomautettu",
          "subsidised_work": "tuettu työ", "subsidised_work_exception": "tuettu työ, poikkeus",
          "sickness": "sairauspäivärahalla", "additional_days": "lisäpäivillä", "rehabilitation": "kuntoutuksessa",
          "disability_pension": "työkyvyttömyyseläkkeellä"}
ENDED = {"open": "jatkuu", "completed": "suoritettu", "dropped": "keskeytynyt", "left": "lähti kesken",
         "gave_up": "lähti jonosta"}
ENTITLEMENTS = {"labour_market": "ei työssäoloehtoa", "basic": "peruspäiväraha", "earnings_related": "ansiopäiväraha"}
RULES = {"ladder": "Porras", "basic_amount": "Perusosa", "benefit": "Etuus", "utilisation": "Maksuosuus",
         "payment": "Maksuviive", "charged": "Kunnan osuuden piirissä",
         "service": "Palvelupäivät kunnan osuuden piirissä", "switch": "Vastaus avoimeen kysymykseen"}
FITTED = "sovitettu Kelan kuukausiin"
PROFILE = (("delay_days", "maksupäiviä maksujakson lopusta", 1), ("late_share", "myöhässä", 3),
           ("advanced_share", "pyhän edelle aikaistettu", 2))
RATES = ("Päivän\nnro", "Päiviä", "Osuus", "€/pv", "Maksu-\nosuus")  # number, days, and the three factors of a price
SIMULATED = "Asiakkaat on numeroitu yksikön sisällä. He ovat simuloituja eivätkä vastaa ketään oikeaa henkilöä."
ROUNDED = "Rivien eurot on pyöristetty vain tähän taulukkoon; summa on pyöristetty kerran."


def explanation(told: CellExplained | ClientExplained, limit: int) -> Group:
    """The explanation *told*: what it is of, its tables with *limit* rows each, and the rules.

    Rows that are left out stand as one row with their days and euros.
    """
    body = _cell(told, limit) if isinstance(told, CellExplained) else _client(told, limit)
    return Group(*body, _legend(told.rules))


def _unit(told: Explained) -> str:
    chosen = (f"sen eurot koko ajalta ovat mediaani ajon {told.units} yksiköstä" if told.median
              else f"valittu ajon {told.units} yksiköstä")
    return (f"Ajo {told.run}. Yksikkö {told.draw}.{told.replication} (arvonta {told.draw}, toisto "
            f"{told.replication}): {chosen}.")


def _cell(told: CellExplained, limit: int) -> Iterable[RenderableType]:
    total = number(told.sums["account"].sum(), 2)
    yield Text(f"Kuntaosuus {month(told.month)}, luokka {line_label(told.day_class)}: {total}{SPACE}€", "bold")
    yield footnotes([_unit(told), SIMULATED])
    for row in told.sums.itertuples():
        yield _benefit(told, row, limit)
    yield footnotes([ROUNDED, "€ = päiviä × osuus × €/pv × maksuosuus × maks. (osuus, joka maksetaan tässä kuussa).",
                     "Siirtyy: osa kuukauden maksuista siirtyy seuraavaan kuuhun; miinus tarkoittaa aikaistumista.",
                     "Ennen: päivät ennen ajon alkua, joista tunnetaan vain kuukausi, etuus ja päiväluokka.", SIGN])


def _benefit(told: CellExplained, sums, limit: int) -> RenderableType:
    """One benefit of a cell; its sum is a row of the account."""
    paid, accrued, slips = (part[part["benefit"] == sums.benefit] for part in (told.paid, told.accrued, told.slips))
    kinds = [rule.value for rule in told.rules if rule.name == "benefit" and rule.key.endswith(f".{sums.benefit}")]
    shown = _narrow(", ".join(kinds) or sums.benefit, "Asiakas/\njakso")
    for heading in ("Maksupäivät", *RATES, "Maks.", "€", "Säännöt"):
        number_column(shown, heading)

    def add(row, who: str, numbers: str, decimals: int) -> None:
        shown.add_row(who, _span(row.first, row.last), numbers, number(row.days, decimals), *_rates(row),
                      percent(row.paid_share), number(row.euros, 2), _numbers(row.rules))

    _limited(paid, limit, lambda row: add(row, f"{row.client}/{row.spell}", _range(row.first_day, row.last_day), 0),
             lambda rest: shown.add_row("…", f"{number(len(rest))} muuta riviä", "", number(rest["days"].sum()), "", "",
                                        "", "", number(rest["euros"].sum(), 2)))
    shown.add_section()
    for row in accrued.itertuples():
        add(row, "ennen", "", 1)
    shown.add_section()
    for row in slips.itertuples():
        label = "edellisestä kuusta" if row.direction == "in" else "seuraavaan kuuhun"
        shown.add_row("siirtyy", label, "", "", "", "", "", percent(row.share, 2), number(row.euros, 2))
    shown.add_section()
    shown.add_row(line_label(TOTAL), "= tilin rivi", *[""] * 6, number(sums.account, 2), style="bold")
    return shown


def _client(told: ClientExplained, limit: int) -> Iterable[RenderableType]:
    yield Text(f"Asiakas {told.client}: {number(told.payments['euros'].sum(), 2)}{SPACE}€ ajon aikana", "bold")
    yield footnotes([_unit(told), SIMULATED, _who(told)])
    spells = empty_table("Jaksot", "Jakso")
    for heading in ("Tila", "Alkaa", "Päättyy"):
        spells.add_column(heading, no_wrap=True)
    number_column(spells, "Maksettuja päiviä\nennen jaksoa")
    _limited(told.spells, limit, lambda row: spells.add_row(
        str(row.spell), STATES.get(row.state, row.state), _day(row.first), _day(row.last) if row.last else "jatkuu",
        _counter(row.counter)), lambda rest: spells.add_row("…", f"{len(rest)} muuta"))
    yield spells
    if len(told.services):
        yield _services(told, limit)
    yield _days(told, limit)
    payments = empty_table("Maksut", "Kuukausi")
    number_column(payments, "€")
    for row in told.payments.itertuples():
        payments.add_row(month(row.month), number(row.euros, 2))
    payments.add_section()
    payments.add_row(line_label(TOTAL), number(told.payments["euros"].sum(), 2), style="bold")
    yield payments
    yield footnotes([ROUNDED, "Maksuissa ovat mukana vain ajon kuukaudet ja kuukausien väliset siirtymät.", SIGN])


def _services(told: ClientExplained, limit: int) -> RenderableType:
    shown = empty_table("Palvelut", "Palvelu")
    for heading in ("Pyydetty", "Alkaa", "Päättyy", "Miten"):
        shown.add_column(heading, no_wrap=True)
    _limited(told.services, limit, lambda row: shown.add_row(
        row.title, *(_day(each) if each else DASH for each in (row.asked, row.first, row.last)),
        "jonossa" if row.ended == "open" and not row.first else ENDED[row.ended]),
        lambda rest: shown.add_row("…", f"{len(rest)} muuta"))
    return shown


def _days(told: ClientExplained, limit: int) -> RenderableType:
    shown = _narrow("Maksupäivät", "Jakso")
    shown.add_column("Etuus", no_wrap=True)
    for heading in ("Maksupäivät", *RATES, "€", "Maksetaan", "Säännöt"):
        number_column(shown, heading)
    rules = {rule.number: rule for rule in told.rules}

    def add(row) -> None:
        kind = next(rules[each].value for each in row.rules if rules[each].name == "benefit")
        months = dict.fromkeys(month(each) for each in (row.paid_from, row.paid_to) if each)
        shown.add_row(str(row.spell), kind, _span(row.first, row.last), _range(row.first_day, row.last_day),
                      number(row.days), *_rates(row), number(row.euros, 2), DASH.join(months) or "ajon jälkeen",
                      _numbers(row.rules))

    _limited(told.paid, limit, add, lambda rest: shown.add_row(
        "…", "", f"{number(len(rest))} muuta riviä", "", number(rest["days"].sum()), "", "", "",
        number(rest["euros"].sum(), 2)))
    shown.add_section()
    shown.add_row(line_label(TOTAL), "", "", "", number(told.paid["days"].sum()), "", "", "",
                  number(told.paid["euros"].sum(), 2), style="bold")
    return shown


def _who(told: ClientExplained) -> str:
    person = told.person
    flags = [word for key, word in (("foreign_language", "vieraskielinen"), ("reduced_ability", "osatyökykyinen"))
             if person[key]]
    came = (f"alkukannassa, tilassaan {_day(person['since'])} alkaen" if person["arrived"] == "opening"
            else f"uusi asiakas {_day(person['since'])}")
    return (f"{', '.join([person['age_group'].replace('-', DASH) + ' v', *flags])}; {came}; oikeus tullessa: "
            f"{ENTITLEMENTS[person['entitlement']]}, enimmäisaika {person['maximum_days']} päivää.")


def _narrow(title: str, first: str) -> Table:
    """An empty table whose columns stand close to each other."""
    shown = empty_table(title, first)
    shown.padding = (0, 1, 0, 0)
    return shown


def _rates(row) -> tuple[str, str, str]:
    charged = f" × {number(row.charged, 3)}" if row.charged != 1 else ""
    return percent(row.share, 0) + charged, number(row.basic_amount, 2), number(row.utilisation, 3)


def _numbers(rules: list[int]) -> str:
    """Numbers of rules, runs of them drawn together.

    >>> _numbers([1, 2, 3, 6, 4])
    '1–4 6'
    """
    runs: list[list[int]] = []
    for each in sorted(rules):
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return " ".join(_range(run[0], run[-1]) for run in runs)


def _limited(frame: pd.DataFrame, limit: int, add: Callable, add_rest: Callable) -> None:
    for row in frame.head(limit).itertuples():
        add(row)
    if len(frame) > limit:
        add_rest(frame.iloc[limit:])


def _legend(rules: Iterable[Rule]) -> RenderableType:
    lines = ["Säännöt"]
    for rule in rules:
        held = f" {_day(rule.since)}{DASH}{_day(rule.until) if rule.until else ''}" if rule.since else ""
        source = f"{rule.source} " if rule.source else ""
        lines.append(f"{rule.number} {RULES[rule.name]}{held}: {_value(rule)}. {source}"
                     f"({STATUSES.get(rule.status, FITTED)}). {rule.file}: {rule.key}")
    return footnotes(lines)


def _value(rule: Rule) -> str:
    match rule.name:
        case "ladder":
            return "; ".join(f"{line_label(line)} {percent(share, 0)}" for line, share in rule.value.items())
        case "basic_amount":
            return f"{number(rule.value, 2)}{SPACE}€/pv"
        case "charged":
            return ", ".join(rule.value)
        case "service":
            return "kyllä" if rule.value else "ei"
        case "switch":
            return f"{rule.key} = {rule.value}"
        case "utilisation":
            return "päiväluokittain " + "; ".join(number(each, 3) for each in rule.value)
        case "payment":
            return "; ".join(f"{name} {number(rule.value[key], decimals)}" for key, name, decimals in PROFILE)
    return str(rule.value)


def _day(written: str) -> str:
    return day(date.fromisoformat(written))


def _span(first: str, last: str) -> str:
    """Dates of a span, the month written once; a span lies in one month."""
    start = f"{date.fromisoformat(first).day}.{DASH}" if first != last else ""
    return start + _day(last)


def _range(first: int, last: int) -> str:
    return f"{first}{DASH}{last}" if first != last else str(first)


def _counter(counter: int) -> str:
    return number(counter) if counter >= 0 else f"omavastuuta jäljellä {-counter}"
