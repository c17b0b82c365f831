"""How long unemployment lasts, from a city's own spells: estimates, and the hazard file that a run can use.

``observe`` cuts spells to what was in view: time before the entry is not at risk (left truncation), what runs on is
censored (right censoring). ``nonparametric`` describes: Kaplan-Meier, and cumulative incidence by destination. ``cox``
compares people, whatever the baseline. ``piecewise`` is the model of record: hazards constant by month of spell, times
factors of people and of the calendar, estimated as a Poisson regression on exposure, on the very clock that the event
model runs by. ``estimate`` runs all of them, and ``hazard_file`` writes what may leave the city: no person, no cell of
few.
"""

from forecasting.durations.estimate import Durations, estimate
from forecasting.durations.hazard_file import hazard_rows, write_hazards
from forecasting.durations.observed import observe

__all__ = ["Durations", "estimate", "hazard_rows", "observe", "write_hazards"]
