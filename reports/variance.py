"""Outturn against budget in print: what stands where, why the benefit share is off, and where the year ends.

What is not yet an outturn is marked, and so is an appropriation that is not the council's own.
"""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.budget import NET, chance, estimate_note
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import object_label
from reports.numbers import DASH, SPACE, in_millions, interval, millions, month, months, percent, signed, thousands
from reports.tables import BAND, SIGN
from scenarios.net import months_of
from scenarios.variance import PARTS, Variance
from sim.law.calendar import month_label
from sim.money.operating import MONTHS

SHARE = "benefit_share"
NOT_OUTTURN = "*"
LINE = "\n"


def variance_tables(told: Variance, title: str) -> Group:
    """The finding, then outturn to date, the year's end and the bridge, as far as there is one."""
    note = estimate_note(told.objects["status"])
    marked = f" (määrärahat: {note})" if note else ""
    tables = [_to_date(told, f"Talousarvio ja toteuma, M€, {title}{marked}"), _rest(told), _year(told), _bridge(told)]
    return Group(Text(variance_finding(told)), Text(), *filter(None, tables), footnotes(_notes(told)))


def variance_finding(told: Variance) -> str:
    """The sentence on the benefit share: how far off, by what above all, and what the year's end looks like."""
    share = told.objects.set_index("object").loc[SHARE]
    note = estimate_note(told.objects["status"])
    cause = ""
    if told.parts is not None:
        parts = told.parts[list(PARTS)]
        most = parts.idxmax() if share["deviation_to_date"] > 0 else parts.idxmin()
        cause = text("variance.cause", part=part_label(most).lower().replace(LINE, SPACE),
                     size=signed(parts[most], in_millions))
    return text("variance.finding", span=span(told), off=off(share["deviation_to_date"]),
                note=f" ({note})" * bool(note), cause=cause, year=off(share["deviation"]),
                naive=off(share["naive_deviation"]))


def part_label(part: str) -> str:
    """Name in print of a part of the deviation, on two lines where it is long."""
    return text(f"variance.{part}")


def off(deviation: float) -> str:
    """Size and side of a deviation.

    >>> off(-1794754.0).replace("\\u00a0", "_")
    '1,79_M€_alle'
    """
    return text("variance.over" if deviation > 0 else "variance.under", euros=millions(abs(deviation)))


def span(told: Variance) -> str:
    """The months of the outturn as a reader writes them: 1–8/2026."""
    return months(month_label(told.year * MONTHS), month_label(told.month))


def _to_date(told: Variance, title: str) -> Table:
    """Appropriation and outturn of the elapsed months by object."""
    table = empty_table(title, "")
    for heading in (f"Määräraha\n{told.year}", f"Määräraha\n{span(told)}", f"Toteuma\n{span(told)}",
                    "\nPoikkeama", "Poikkeama\nmäärärahasta"):
        number_column(table, heading)
    for row in told.objects.itertuples():
        mark = NOT_OUTTURN if row.known_months < told.elapsed else ""
        table.add_row(object_label(row.object) + mark, *map(in_millions, (row.budget, row.allowed, row.outturn)),
                      signed(row.deviation_to_date, in_millions),
                      signed(row.share_to_date, percent), style=_style(row.object))
    return table


def _rest(told: Variance) -> Table | None:
    """What is left of the year by object; nothing after December."""
    left = months_of(told.year)[told.elapsed:]
    if not len(left):
        return None
    table = empty_table(f"Loppuvuosi {months(*map(month_label, left[[0, -1]]))}, M€", "")
    for heading in ("Määräraha", "Ennuste\nmediaani", f"\n{BAND}", "\nPoikkeama"):
        number_column(table, heading)
    for row in told.objects.itertuples():
        table.add_row(object_label(row.object), in_millions(row.remaining), in_millions(row.rest_median),
                      _band(row.rest_p10, row.rest_p90), signed(row.rest_deviation, in_millions),
                      style=_style(row.object))
    return table


def _year(told: Variance) -> Table:
    """The year's end by the forecast and by the naive projection, by object."""
    table = empty_table(f"Koko vuosi {told.year}, M€", "")
    for heading in ("Määräraha", "Ennuste\nmediaani", f"\n{BAND}", "\nPoikkeama", "Ylityksen\ntodennäköisyys",
                    "Naiivi\nlaskelma", "\nPoikkeama"):
        number_column(table, heading)
    for row in told.objects.itertuples():
        table.add_row(object_label(row.object), in_millions(row.budget), in_millions(row.year_median),
                      _band(row.year_p10, row.year_p90), signed(row.deviation, in_millions),
                      DASH if row.object == "income" else chance(row.p_break), in_millions(row.naive),
                      signed(row.naive_deviation, in_millions), style=_style(row.object))
    return table


def _bridge(told: Variance) -> Table | None:
    """The benefit share's way from appropriation to outturn by month; rounding, a matter of cents, is left out."""
    if told.bridge is None or told.parts is None:
        return None
    table = empty_table("Kuntaosuuden poikkeama osittain, 1 000 €", "Kuukausi")
    columns = {"budget": "Määräraha", **{name: part_label(name) for name in PARTS},
               "deviation": "Poikkeama", "outturn": "Toteuma"}
    del columns["residual"]
    for heading in columns.values():
        number_column(table, heading)
    rows = {month(month_label(each)): row for each, row in told.bridge.iterrows()}
    for label, row in {**rows, "Yhteensä": told.parts}.items():
        if row is told.parts:
            table.add_section()
        table.add_row(label, *(thousands(row[name]) if name in ("budget", "outturn") else signed(row[name], thousands)
                               for name in columns), style="bold" if row is told.parts else "")
    return table


def _notes(told: Variance) -> list[str]:
    """What to know of the figures."""
    return [
        *_outturn_notes(told),
        *_forecast_notes(told),
        f"Naiivi laskelma = toteuma {span(told)} + loppuvuoden määräraha.",
        *_bridge_notes(told),
        f"{SIGN} Tulot ovat negatiivisia. Mediaanit ja välit eivät laskeudu yhteen: jokainen rivi on oma arvionsa.",
    ]


def _outturn_notes(told: Variance) -> list[str]:
    """Which figures among the outturn are none."""
    known = told.objects.set_index("object")["known_months"]
    if known["operating"] == told.elapsed:
        return [f"{NOT_OUTTURN} Tulot ovat talousarvion mukaan, ei toteumaa."]
    closed = f" {told.elapsed - known['operating']} kuukaudelta" if known["operating"] else ""
    return [f"{NOT_OUTTURN} Ei toteumaa: toimintamenojen toteuma puuttuu{closed} (actuals.csv), tilalla suunnitelman "
            "luku; tulot ovat talousarvion mukaan. Puuttuvat kuukaudet vaihtelevat koko vuoden ennusteessa."]


def _forecast_notes(told: Variance) -> list[str]:
    """Whose forecast it is, and where its knowledge is not that of the outturn."""
    notes, base = [f"Ennuste: ajo {told.run.name}."], told.run.base_month
    if base > told.month:
        notes.append(f"Ajo tuntee kuntaosuuden toteuman {month(month_label(base))} asti, naiivi laskelma ei: "
                     "ennusteella on jälkiviisauden etu.")
    if base < told.month:
        notes.append(f"Ajo tuntee kuntaosuuden toteuman vain {month(month_label(base))} asti: loppuvuoden ennuste ei "
                     "ole oppinut sen jälkeisistä kuukausista. Tee uusi ajo: kuntaosuus run.")
    return notes


def _bridge_notes(told: Variance) -> list[str]:
    """How the bridge is to be read, or why there is none."""
    if told.basis is None:
        return [f"Kuntaosuuden poikkeamaa ei jaettu osiin: budget.yaml ei kerro, mistä kuukausista vuoden {told.year} "
                f"määräraha laskettiin (avain years.{told.year}.benefit_share.basis)."]
    return [f"Osat: määräraha laskettiin kuukausista {months(*told.basis)}. Niiden saajat, rakenne, laki ja taso "
            "vaihtuvat toteuman omiin yksi kerrallaan.",
            "Saajien määrä: enemmän (+) kuin määrärahaan mahtuu. Ajoitus: kuukauden maksut yli (+) tai alle "
            "12 kuukauden tason; tasoittuu."]


def _band(low: float, high: float) -> str:
    return DASH if low == high else interval(low, high, in_millions)


def _style(name: str) -> str:
    return "bold" if name == NET else ""
