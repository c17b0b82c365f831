"""Answers by hand, for reports to tell beside a run."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import pandas as pd

from scenarios.decide.beside import Beside
from scenarios.decide.brake import Brake
from scenarios.decide.rules_file import KeptRules
from scenarios.scenario import read_scenario


def beside_by_hand(year: int) -> Beside:
    """One answer of each kind."""
    return Beside([brake_of(year)], [rules_by_hand()], producers_by_hand())


def brake_of(year: int) -> Brake:
    """Two levers, of which the second's price is not told from zero; both in the package."""
    figures = {"bills": 5e5, "committed": 1e5, "people": 9.0,
               "operating": -1e6, "operating_margin": 1e4, "operating_certain": True, "added": 2e5, "added_margin": 1e4,
               "added_certain": True}
    levers = pd.DataFrame([
        {"contract": "a", "title": "=Palkkatuki <b>", "stop": "2026-12-20", "taken": True, **figures},
        {"contract": "b", "title": "Valmennus", "stop": "2027-01-20", "taken": True, **figures, "added": 1e3,
         "added_certain": False}]).set_index("contract")
    package = pd.Series({"towards_gap": 2e6, **figures})
    return Brake(read_scenario("baseline"), "Lahti", 24320, year, (year,), 1.5e6, date(2026, 12, 15), 8, levers,
                 pd.DataFrame(columns=["contract", "title", "why"]), package, pd.DataFrame(), (0.0, 1.0), {})


def rules_by_hand() -> KeptRules:
    """Pay moves operating cost exactly; arrivals move the benefit share by what is not told from zero."""
    rows = []
    for year in (2026, 0):
        for name, pay, share in (("benefit_share", 0.0, 3e5), ("operating", 1e5, 0.0), ("net", 1e5, 3e5)):
            rows += [{"rule": "pay", "exact": True, "object": name, "year": year, "difference": pay, "error": 0.0,
                      "margin": 0.0, "certain": pay != 0, "bend": nan},
                     {"rule": "arrivals", "exact": False, "object": name, "year": year, "difference": share,
                      "error": share, "margin": inf if share else 0.0, "certain": False, "bend": 0.3}]
    return KeptRules("=Perusura", 2, pd.DataFrame(rows))


def producers_by_hand() -> pd.DataFrame:
    """Two contracts of a service, told apart, one alone in its service, and one that did nothing."""
    plain = {"starts": 20.0, "raw": 0.3, "adjusted": 0.3, "low": 0.2, "high": 0.4, "shrunk": 0.3, "ratio": 1.2,
             "told": True, "compared": 2, "completed": 0.8, "wait": 4.0, "per_start": 900.0, "per_outcome": 3000.0,
             "payment": 1000.5}
    return pd.DataFrame([
        {"service_title": "Valmennus", "title": "=A", **plain},
        {"service_title": "Valmennus", "title": "B", **plain, "ratio": 0.9, "told": False},
        {"service_title": "Koulutus", "title": "C", **plain, "compared": 1, "ratio": 1.0, "per_outcome": nan},
        {"service_title": "Koulutus", "title": "D", **plain, "starts": 0.0, "payment": 0.0}])
