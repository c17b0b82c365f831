"""What producers would bill of a stored run: again, across each year's end, and if there were more or less to bill.

A run keeps who was in which service, and not its contracts; those are read again from the municipality's files with the
scenario's changes, so only while the files are the ones that the run was made with. All euros are of the billing
functions of ``sim.money.contracts``: there is no second formula of a tariff, a cap, a floor or a promised volume.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.decide.starters import coded
from scenarios.inputs import Inputs
from scenarios.levers import Horizon, with_scenario
from scenarios.mix import ServiceMix, load_mix
from scenarios.scenario import Scenario
from scenarios.served import outcome_days
from scenarios.service_account import price_levels
from scenarios.stored import StoredRun
from sim.law.calendar import date_of, month_label, month_number, month_start
from sim.money.contracts import UNSCALED, Bills, Scaled, bills
from sim.money.episodes import Episodes, daily_rates
from sim.money.memo import PAYERS
from sim.money.operating import MONTHS
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contract, Contracts, OutcomeBased
from sim.services.integration import Integration
from sim.services.subsidies import Subsidies, completed
from sources.area import Area, load_area
from sources.errors import InputError
from sources.files import digest

SHIFTS: Mapping[str, Scaled] = {
    "outcomes_lower": Scaled(outcomes=0.9), "outcomes_higher": Scaled(outcomes=1.1), "volume_lower": Scaled(volume=0.8)}
"""What may come otherwise, by name: a tenth fewer or more outcomes of as many participants; a fifth fewer of both."""
