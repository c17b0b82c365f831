"""How long unemployment lasts, for the console: survival, hazards by month of spell, and how people differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Group

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, interval, month, number, percent

ALL = "Kaikki"
LONGEST = 60  # month of spell that stands for all later ones
POOLED = "\u2033"  # ditto: in the band of the row above
DESTINATIONS = {"work": "Työhön", "service": "Palveluun", "other": "Muualle"}
EXITS = {"all": "kaikki", **{name: text.lower() for name, text in DESTINATIONS.items()}}
TERMS = {"foreign_language": "Vieraskielinen", "reduced_ability": "Osatyökykyinen", "male": "Mies",
         "season": "kuukausivaihtelu", "all": "malli"}


def duration_tables(*, counts: Mapping[str, Any], survival: pd.DataFrame, incidence: pd.DataFrame, bands: pd.DataFrame,
                    factors: pd.DataFrame, cox: pd.DataFrame, fit: Mapping[str, float], notes: list[dict[str, Any]],
                    least: int) -> Group:
    """Everything of forecasting.durations.Durations that a planner reads, with what was pooled or left out."""
    title = (f"Työttömyyden kesto: {number(counts['spells'])} jaksoa, {number(counts['persons'])} henkilöä, "
             f"{number(counts['exits'])} päättymistä, {_months(counts)}")
    return Group(_survival(survival, incidence, title), _by_age(survival), _hazards(bands), _factors(factors, cox),
                 footnotes([*_fit_notes(fit), *map(_note, notes),
                            f"Alle {least} henkilön ryhmiä ei näytetä eikä kirjoiteta."]))


def _months(counts: Mapping[str, Any]) -> str:
    return DASH.join(month(counts[end]) for end in ("since", "until"))


def _survival(survival: pd.DataFrame, incidence: pd.DataFrame, title: str):
    table = empty_table(f"{title}\nYhä työttömänä ja mihin lähdetty, osuus alkaneista", "Kuukautta")
    for heading in ("Henkilöitä\njäljellä", "Kaplan–\nMeier", "95 %", "Malli", "95 %", *DESTINATIONS.values()):
        number_column(table, heading)
    left = incidence.set_index("month")
    for row in survival[survival["age_group"] == "all"].to_dict("records"):
        table.add_row(number(row["month"]), number(row["persons"]), percent(row["km"]),
                      interval(100 * row["km_low"], 100 * row["km_high"], _tenths), percent(row["fitted"]),
                      interval(100 * row["low"], 100 * row["high"], _tenths),
                      *(percent(left.loc[row["month"], name]) for name in DESTINATIONS))
    return table


def _by_age(survival: pd.DataFrame):
    """Kaplan-Meier and the model side by side, by age group."""
    table = empty_table("Yhä työttömänä iän mukaan: Kaplan–Meier / malli, %", "Ikä")
    for told in survival["month"].unique():
        number_column(table, f"{told} kk")
    for age, rows in survival.groupby("age_group", sort=False):
        table.add_row(ALL if age == "all" else age.replace("-", DASH),
                      *(f"{_tenths(100 * row.km)} / {_tenths(100 * row.fitted)}" for row in rows.itertuples()))
    return table


def _hazards(bands: pd.DataFrame):
    """Hazards of all ages, month by month of spell; a band that goes on is a ditto mark."""
    table = empty_table("Päättymisriski kuukaudessa, % (95 %:n väli)", "Kuukausi\ntyöttömänä")
    ages = list(bands["age_group"].unique())
    for age in ages:
        number_column(table, age.replace("-", DASH))
        number_column(table, "95 %")
    starts = sorted(bands["first_month"].unique())
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        cells = []
        for age in ages:
            row = bands[(bands["age_group"] == age) & (bands["first_month"] == start)].to_dict("records")
            cells += [_tenths(100 * row[0]["hazard"]),
                      interval(100 * row[0]["low"], 100 * row[0]["high"], _tenths)] if row else [POOLED, ""]
        table.add_row(_span(start, None if after is None else after - 1), *cells)
    return table


def _factors(factors: pd.DataFrame, cox: pd.DataFrame):
    """Ratios of hazards: of all exits by both models, and by destination."""
    names = dict.fromkeys([*cox.index, *factors.index.get_level_values("covariate")])
    table = empty_table("Päättymisriskin suhde (iässä vertailuryhmä 25–49)", "")
    for heading in ("Malli", "95 %", "Cox", "95 %", *DESTINATIONS.values()):
        number_column(table, heading)
    for name in names:
        whole = factors.loc["all"].reindex([name]).iloc[0]
        other = cox.reindex([name]).iloc[0]
        by_destination = (factors["ratio"].get((cause, name), float("nan")) for cause in DESTINATIONS)
        table.add_row(TERMS.get(name, name.replace("-", DASH)),
                      number(whole["ratio"], 2), interval(whole["low"], whole["high"], _hundredths),
                      number(other["ratio"], 2), interval(other["low"], other["high"], _hundredths),
                      *(number(ratio, 2) for ratio in by_destination))
    return table


def _fit_notes(fit: Mapping[str, float]) -> list[str]:
    text = (f"Mallin log-uskottavuus {number(fit['log_likelihood'], 1)}, {number(fit['parameters'])} parametria. "
            f"Suurin ero Kaplan–Meieriin {number(100 * fit['gap'], 1)} prosenttiyksikköä.")
    if fit["df"] > 0:
        text += f" Sopivuus kuukausittain: χ² {number(fit['chi2'], 1)}, vapausasteet {number(fit['df'])}, "
        text += f"p {number(fit['p'], 3)}."
    return [text, "Iän mukaan mallissa on omat riskit joka kuukausivälille, siksi iällä ei ole siinä suhdelukua."]


def _note(note: dict[str, Any]) -> str:
    term = TERMS.get(note.get("term", ""), str(note.get("term", "")).replace("-", DASH))
    match note["kind"]:
        case "pooled":
            return (f"Yhdistetty vähien päättymisten vuoksi: ikä {note['age_group'].replace('-', DASH)}, kuukaudet "
                    f"{_span(note['first_month'], note['last_month'])}.")
        case "left_out":
            return f"Jätetty pois, liian vähän päättymisiä ({EXITS[note['exits']]}): {term}."
        case "few_persons":
            return f"Jätetty pois, liian vähän henkilöitä: {term}."
        case "shares_untold":
            return (f"Ikä {note['age_group'].replace('-', DASH)}: liian vähän henkilöitä kertomaan, mihin lähdetään; "
                    "oletukset ovat voimassa.")
        case "few_at_risk":
            return f"Liian vähän henkilöitä jäljellä {note['month']} kuukauden kohdalla."
        case "repeated":
            return (f"Saman henkilön myöhempiä jaksoja {percent(note['share'], 0)}: ne on laskettu toisistaan "
                    "riippumattomina, joten välit ovat jonkin verran liian kapeita.")
        case "cox_sample":
            return f"Cox on laskettu {number(note['spells'])} jakson otoksesta."
    raise ValueError(f"unknown note {note['kind']}")


def _span(first: int, last: int | None) -> str:
    """Months of spell from *first* to *last*; the last band is open.

    >>> _span(0, 0), _span(3, 5), _span(48, None), _span(36, 60)
    ('0', '3–5', '48–', '36–')
    """
    return str(first) if first == last else f"{first}{DASH}{'' if last in (None, LONGEST) else last}"


def _tenths(value: float) -> str:
    return number(value, 1)


def _hundredths(value: float) -> str:
    return number(value, 2)
