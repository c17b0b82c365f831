"""The rules that an explanation refers to, numbered in the order in which they come up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.pricing import PRICED
from scenarios.stored import StoredRun
from sim.law.benefits import Benefit
from sim.law.calendar import date_of
from sim.law.loader import SWITCHES
from sim.law.schema import FOREVER, Dated


@dataclass(frozen=True)
class Rule:
    """A value and what it rests on.

    Attributes
    ----------
    number : by which rows refer to it.
    name : what it is: ladder, basic_amount, benefit, charged, service, utilisation, payment or switch.
    value : shares by class, euros a day, Finnish name, charged benefits, whether days in services are charged,
        utilisation by class of the run, figures of the profile, answer to an open question.
    since, until : dates between which it holds; empty where there is none.
    source : act, paragraph or publication; empty for what calibration fitted.
    status : as in the law tree, or fitted.
    file, key : where it stands.
    """

    number: int
    name: str
    value: Any
    unit: str
    since: str
    until: str
    source: str
    status: str
    file: str
    key: str


class Rulebook:
    """Rules of a run's law, and of its calibration, that rows of a draw refer to."""

    def __init__(self, run: StoredRun, draw: int) -> None:
        self._law, self._terms = run.law, run.terms.terms(draw)
        self._calibration = f"{run.manifest['scenario']['area']}/calibration/{run.manifest['base_month']}"
        self._numbers: dict[tuple[str, str, str], int] = {}
        self.rules: list[Rule] = []

    def of(self, days: np.ndarray, benefits: np.ndarray, serving: np.ndarray, reduced: np.ndarray) -> list[list[int]]:
        """Numbers of the rules that price a paid day, for each of *days* (day numbers) and *benefits* (codes).

        Parameters
        ----------
        serving : whether the client is in a service.
        reduced : whether answers to open questions on integration make the day cheaper.
        """
        cases, place = np.unique(np.stack([days, benefits, serving, reduced], axis=1), axis=0, return_inverse=True)
        numbers = [self._of_day(int(day), Benefit(benefit), bool(service), bool(less))
                   for day, benefit, service, less in cases]
        return [numbers[each] for each in place]

    def _of_day(self, day: int, benefit: Benefit, serving: bool, reduced: bool) -> list[int]:
        law = self._law
        ladder = law.ladder(day)
        return [self._dated("ladder", law.ladders, day, dict(zip(ladder.class_labels, ladder.shares, strict=True))),
                self._dated("basic_amount", law.basic_amount, day, law.basic_amount.on(day)),
                self._dated("benefit", law.benefit_kinds[benefit], day, law.benefit_kinds[benefit].on(day)),
                self._dated("charged", law.charged_benefits, day, [
                    kind.on(day) for each, kind in law.benefit_kinds.items()
                    if each in law.charged_benefits.on(day) and kind.in_force(day)]),
                self._fitted("utilisation", self._terms.utilisation.tolist(), "values"),
                self._fitted("payment", vars(self._terms.profile), "payment"),
                *([self._dated("service", law.service_days_charged, day, law.service_days_charged.on(day))]
                  if serving else []),
                *(self._answer(name) for name in self._law.choices if self._moves(name, reduced))]

    def _moves(self, switch: str, reduced: bool) -> bool:
        """Whether the answer to *switch* is not the default one and has a part in the price of a day."""
        asked = switch in PRICED and (reduced or not switch.startswith("integration"))
        return asked and self._law.choices[switch] != self._law.switches[switch].default

    def _answer(self, switch: str) -> int:
        return self._number("switch", self._law.choices[switch], "", "", "", self._law.switches[switch].source,
                            "estimate", f"{SWITCHES}.yaml", switch)

    def _dated(self, name: str, rule: Dated[Any], day: int, value: Any) -> int:
        held = rule.period(day)
        until = date_of(held.last).isoformat() if held.last < FOREVER else ""
        return self._number(name, value, held.unit, date_of(held.first).isoformat(), until, held.source, held.status,
                            rule.path.name, rule.key)

    def _fitted(self, name: str, value: Any, key: str) -> int:
        return self._number(name, value, "", "", "", "", "fitted", f"{self._calibration}/calibration.yaml", key)

    def _number(self, *rule: Any) -> int:
        known = rule[-1], rule[-2], rule[3]
        if known not in self._numbers:
            self._numbers[known] = len(self.rules) + 1
            self.rules.append(Rule(self._numbers[known], *rule))
        return self._numbers[known]
