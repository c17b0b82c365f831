"""A brake by hand, for reports to tell."""

from __future__ import annotations

from datetime import date

import pandas as pd

from scenarios.decide.brake import Brake
from scenarios.scenario import read_scenario


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
