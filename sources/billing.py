"""How Kela's invoices of the municipal share departed from billing each day in the month it was paid.

The same for every municipality: one file under the data root, written for this project, each event with its source.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from sources.files import Strict, read_yaml
from sources.kela import Month

BILLING_EVENTS = "kela/billing_events.yaml"


class Event(Strict):
    """What every event says of itself."""

    reason: str
    source: str
    status: Literal["verified", "derived", "recalled", "estimate"]
    note: str = ""


class OldLawTail(Event):
    """Days *before* a date are billed on an invoice of their own, which the series of the share does not hold."""

    before: date


class MoversBilledLate(Event):
    """People who moved from earnings-related allowance to *benefit* on or after *moved_from* and were found late.

    ``arrears`` is what was billed late in each month in the whole country; only its proportions are used.
    """

    benefit: Literal["basic", "labour_market", "general"]
    moved_from: date
    arrears: Annotated[dict[Month, Annotated[FiniteFloat, Field(gt=0)]], Field(min_length=1)]
    unit: str


class BillingEvents(Strict):
    """Schema of ``billing_events.yaml``."""

    old_law_tail: OldLawTail
    movers_billed_late: MoversBilledLate


def read_billing_events(root: Path) -> BillingEvents:
    """The billing events under the data *root*; InputError names what is wrong with their file."""
    return read_yaml(root / BILLING_EVENTS, BillingEvents)
