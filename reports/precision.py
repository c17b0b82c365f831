"""How precise a run has become, in a line."""

from __future__ import annotations

from functools import partial

from reports.numbers import percent
from scenarios.decide.precision import Settled

NAMES = {"net": "nettoa", "benefit_share": "kuntaosuutta"}


def precision_line(came: Settled) -> str:
    """How many draws it took, what was reached, and whether the limit came first."""
    form = partial(percent, decimals=2)
    years = ", ".join(f"{year} ± {form(width)}" for year, width in came.half_widths.items())
    what = f"eron 95 %:n väli, osuus perusuran {NAMES[came.object]}" if came.difference else (
        f"keskiarvon 95 %:n väli, osuus {NAMES[came.object]}")
    if came.reached:
        return f"Tarkkuus {form(came.precision)} saavutettiin {came.draws} vedolla ({what}: {years})."
    return (f"Tarkkuutta {form(came.precision)} ei saavutettu: {came.draws} vetoa on enimmäismäärä ({what}: {years}). "
            "Enemmän: --draws.")
