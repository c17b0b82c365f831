"""The table of clients: one row a person, plain columns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np


class State(IntEnum):
    """Where a client is. Benefit is paid in the states of WITH_BENEFIT.

    Nobody comes back from the states of FINAL. The simulation knows the first five and ADDITIONAL_DAYS; its unemployed
    include those in services and on lay-off. Histories tell all apart. Stored logs hold the codes: new states go last.
    """

    UNEMPLOYED = 0
    SHORT_WORK = 1
    LASTING_WORK = 2
    OUTSIDE = 3
    GONE = 4
    SERVICE = 5
    LAID_OFF = 6
    SUBSIDISED_WORK = 7
    SUBSIDISED_WORK_EXCEPTION = 8  # reduced work ability, or long-term unemployed of 60 and older
    SICKNESS = 9
    ADDITIONAL_DAYS = 10  # allowance past its maximum, to the pension, at no cost to the municipality
    REHABILITATION = 11  # rehabilitation allowance of Kela or of an insurer
    DISABILITY_PENSION = 12


WITH_BENEFIT = (State.UNEMPLOYED, State.SERVICE, State.LAID_OFF)
FINAL = (State.GONE, State.ADDITIONAL_DAYS, State.DISABILITY_PENSION)

AGE_GROUPS = ("15-24", "25-49", "50+")
YOUNGEST = (15, 25, 50)  # of each age group
OPENING = -1  # cohort of the opening stock; arrivals carry their month of arrival from the origin, 0, 1, …


@dataclass(frozen=True, eq=False)
class Clients:
    """Columns over clients, in cohort order: the opening stock, then the arrivals of each month.

    Attributes
    ----------
    cohort : OPENING or month of arrival counted from the origin.
    enters : day of entry from the origin; 0 for the opening stock.
    state : State at entry.
    since : day from the origin on which that state began (≤ enters).
    counter : paid days at entry; negative while waiting days are left.
    clock : month of spell at entry as the exit hazards see it: part of it survives a short absence.
    age : index into AGE_GROUPS.
    born : day of birth from the origin.
    foreign_language, reduced_ability : flags; they overlap.
    entitlement : sim.law.benefits.Entitlement code.
    maximum_days : most days of earnings-related or basic allowance.
    work_days, work_until : work counted towards the work condition before entry, and the day it ended.
    """

    cohort: np.ndarray
    enters: np.ndarray
    state: np.ndarray
    since: np.ndarray
    counter: np.ndarray
    clock: np.ndarray
    age: np.ndarray
    born: np.ndarray
    foreign_language: np.ndarray
    reduced_ability: np.ndarray
    entitlement: np.ndarray
    maximum_days: np.ndarray
    work_days: np.ndarray
    work_until: np.ndarray

    def __len__(self) -> int:
        return len(self.cohort)

    def take(self, rows: np.ndarray) -> Clients:
        """The clients at *rows* (indices or mask), in that order."""
        return Clients(*(getattr(self, field.name)[rows] for field in fields(self)))

    @staticmethod
    def concatenate(*parts: Clients) -> Clients:
        """All clients of *parts*, one part after the other."""
        return Clients(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Clients)))

    @property
    def hazard_row(self) -> np.ndarray:
        """Row of the hazard table: age group, foreign language, reduced ability, mixed radix (3 × 2 × 2)."""
        return (self.age * 2 + self.foreign_language) * 2 + self.reduced_ability

    @property
    def newly_unemployed(self) -> np.ndarray:
        """Unemployed for less than three months at the base date or arrival."""
        return (self.state == State.UNEMPLOYED) & (self.enters - self.since < 91)
