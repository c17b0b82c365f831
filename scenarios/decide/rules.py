"""Rules of thumb: what one per cent more of something does to the benefit share, operating cost and the net.

Prices and amounts are exact: the same events are priced anew. What moves people is simulated again under the same luck
with a larger step, up and down, against the labour market of the unchanged unit: the rule is the symmetric difference
scaled to one per cent, and its *bend* is what both sides together leave over, as a share of the difference. A change
holds from the first simulated month to the last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from forecasting.flows import FlowFactors
from scenarios.build import work_shares
from scenarios.decide.change import with_book_values, with_figures
from scenarios.decide.inputs import Setting
from scenarios.decide.outturn import MONTHS, objects_of, outturn, years_of
from scenarios.inputs import Inputs
from scenarios.paired import change_over_draws
from scenarios.project import Course, Plan, Unit, live, unit_of
from scenarios.service_account import price_levels
from scenarios.service_levels import services_of
from scenarios.workers import Progress, in_workers
from sim.clients.clients import Clients, State
from sim.money.budget import OPERATING
from sim.money.payment import payment_days
from sim.money.service_cost import BUDGET_LINES
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contracts, budget_line
from sim.services.values import figures_of

CLASS_701, PEOPLE = 701, 100
COPIES = 500  # people who are added, so that chance weighs little in what a hundred cost
PURCHASES = BUDGET_LINES[0]
PERCENT = 0.01


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    changed : a setting with so many times as much of it.
    step : relative change that is tried, up and down; one up where the answer is exact.
    exact : whether the same events are priced anew.
    per : change that the rule is scaled to.
    """

    name: str
    changed: Callable[[Setting, float], Setting]
    step: float = PERCENT
    exact: bool = False
    per: float = PERCENT


OTHERS = (Rule("people_701", lambda setting, _: setting, COPIES, per=PEOPLE),
          Rule("payment_day", lambda setting, _: setting, 1, exact=True, per=1))  # no per cent of anything


def rules_of(setting: Setting) -> list[Rule]:
    """Those that *setting* has an answer to: staff, places and vacancies need services, prices need books."""
    plan, rules = setting.plan, [Rule("basic_amount", _basic_amount, exact=True),
                                 Rule("utilisation", _utilisation, exact=True)]
    if setting.books:
        rules += [Rule("pay", partial(_index, "operating.staff.pay_index."), exact=True),
                  Rule("prices", partial(_index, "operating.price_index."), exact=True)]
    rules += [Rule("arrivals", _arrivals, 0.05), Rule("exits_to_work", _exits_to_work, 0.05)]
    if plan.services:
        rules += [Rule("staff", _staff, 0.05), Rule("places", _places, 0.2)]
        rules += [Rule("vacancies", _vacancies, 0.05)] if plan.vacancies is not None else []
    elif setting.books:
        rules.append(Rule("staff", _planned_staff, exact=True))
    return rules


def rules_of_thumb(setting: Setting, draws: int, workers: int,
                   progress: Progress = lambda done, total: None) -> pd.DataFrame:
    """Every rule by object and year.

    Parameters
    ----------
    draws : over which the intervals are, one replication a draw.

    Returns
    -------
    DataFrame of rule, step, exact, object, year (0: all), then of the change for one per cent more: difference,
    error, margin, p10, p90, certain (see ``paired``), and bend, empty where exact. Two rules are no per cent:
    ``people_701`` is what a hundred more people on the first day, with over 700 paid days, cost; ``payment_day`` what a
    day on which benefits are paid costs, a mean over the simulated months.
    """
    plan = replace(setting.plan, replications=1, baseline=None)
    alone = Setting(plan, setting.books)
    rules = rules_of(alone)
    sides = np.stack(in_workers(partial(_of_draw, alone, rules, draws), list(range(draws)), workers, progress), axis=2)
    rows = []
    for rule, (up, down) in zip([*rules, *OTHERS], sides, strict=True):
        about = {"rule": rule.name, "step": rule.step, "exact": rule.exact}
        one_sided = rule.exact or rule in OTHERS
        gaps = (up if one_sided else (up - down) / 2) * rule.per / rule.step
        for place, name in enumerate(objects_of(alone)):
            for when, year in enumerate(years_of(plan)):
                rows.append({**about, "object": name, "year": year, **change_over_draws(gaps[:, place, when]),
                             "bend": np.nan if one_sided else _bend(up[:, place, when], down[:, place, when])})
    return pd.DataFrame(rows)


def _bend(up: np.ndarray, down: np.ndarray) -> float:
    """What both sides together leave over, as a share of their difference; 0 on a straight line."""
    between = up.mean() - down.mean()
    return float((up.mean() + down.mean()) / between) if between else np.nan


def _of_draw(setting: Setting, rules: Sequence[Rule], draws: int, draw: int) -> np.ndarray:
    """Euros with each rule's change less those without, (rules and OTHERS, up and down, objects, years)."""
    plan, key = setting.plan, (setting.plan.seed, draw)
    lived = live(plan, Course.of(plan, draw), key)
    base = unit_of(plan, draw, 0, lived)
    before = outturn(setting, [base])[0]

    def again(varied: Setting) -> Unit:
        other = live(varied.plan, Course.of(varied.plan, draw), key, base.services.reference if base.services else None)
        return unit_of(varied.plan, draw, 0, other, base)

    found = []
    for rule in rules:
        sides = [repriced(rule.changed(setting, 1 + sign * rule.step), draws) for sign in (1, -1)]
        units = [unit_of(sides[0].plan, draw, 0, lived, base)] * 2 if rule.exact else [again(side) for side in sides]
        found.append([_alone(side, unit) - before for side, unit in zip(sides, units, strict=True)])
    more = Setting(with_copies(plan, COPIES), setting.books)
    found += [[_alone(more, again(more)) - before] * 2, [_of_a_day(setting, base)] * 2]
    return np.array(found)


def _of_a_day(setting: Setting, unit: Unit) -> np.ndarray:
    """Euros of the benefit share for a benefit day that is paid, (objects, years)."""
    plan, objects, years = setting.plan, objects_of(setting), years_of(setting.plan)
    days, euros = payment_days(plan.first_month, plan.months, plan.advanced_share), unit.euros.sum(axis=(1, 2))
    year = (plan.first_month + np.arange(plan.months)) // MONTHS
    mean = [euros[now].sum() / days[now].sum() for now in (np.isin(year, [each or years]) for each in years)]
    return np.array([np.zeros(len(years)) if name == OPERATING else mean for name in objects])


def _alone(setting: Setting, unit: Unit) -> np.ndarray:
    return outturn(setting, [replace(unit, baseline=None)])[0]


def repriced(setting: Setting, draws: int) -> Setting:
    """*setting* whose services are billed at the price levels of its books."""
    plan, books = setting.plan, setting.books
    if plan.services is None or books is None:
        return setting
    prices = price_levels(books, plan.services.plan.mix.of(Contracts), plan.first_month, plan.months, draws, plan.seed)
    return replace(setting, plan=replace(plan, services=replace(plan.services, prices=prices)))


def _basic_amount(setting: Setting, factor: float) -> Setting:
    """All basic amounts that hold in a simulated month or later; days of before that are paid in them included."""
    plan, law = setting.plan, setting.plan.inputs.law
    for period in law.basic_amount.periods:
        law = law.with_value("benefits.basic_amount", period.first, period.value * factor)
    return replace(setting, plan=replace(plan, inputs=replace(plan.inputs, law=law)))


def _utilisation(setting: Setting, factor: float) -> Setting:
    plan, stored = setting.plan, setting.plan.calibration.stored
    values = [value * (factor if name.startswith("utilisation") else 1.0)
              for name, value in zip(stored.names, stored.values, strict=True)]
    calibration = replace(plan.calibration, stored=stored.model_copy(update={"values": values}))
    return replace(setting, plan=replace(plan, calibration=calibration))


def _index(prefix: str, setting: Setting, factor: float) -> Setting:
    """All years of an index of the operating plan."""
    assert setting.books is not None
    values = {name: float(each) * factor for name, each in setting.books.plan.figures() if name.startswith(prefix)}
    return replace(setting, books=with_book_values(setting.books, values, in_proportion=True))


def _arrivals(setting: Setting, factor: float) -> Setting:
    plan = setting.plan
    flows = FlowFactors(plan.flows.arrivals * factor, plan.flows.outflow, plan.flows.limited)
    return replace(setting, plan=replace(plan, flows=flows))


def _exits_to_work(setting: Setting, factor: float) -> Setting:
    return replace(setting, plan=replace(setting.plan, inputs=with_exits_to_work(setting.plan.inputs, factor)))


def with_exits_to_work(inputs: Inputs, factor: float) -> Inputs:
    """*inputs* with so many times the hazard of leaving to work, and every other hazard as it was."""
    band = np.digitize(np.arange(inputs.hazards.shape[1]), [6, 12])
    services = inputs.destinations[:, :, 1]
    services = inputs.hazards * np.where(np.isnan(services), inputs.assumed.exits.to_services.array[band], services)
    leaving, shares = inputs.hazards - services, work_shares(inputs)
    work, elsewhere = leaving * shares * factor, leaving * (1 - shares)
    hazards = work + services + elsewhere
    ways = np.stack([work, services, elsewhere], axis=2)
    return replace(inputs, hazards=hazards, destinations=np.divide(ways, hazards[:, :, None], out=np.zeros_like(ways),
                                                                   where=hazards[:, :, None] > 0))


def _staff(setting: Setting, factor: float) -> Setting:
    """Full-time equivalents of every unit of caseworkers, and so their cost."""
    return _with_mix(setting, "caseworkers", ".fte.", factor)


def _planned_staff(setting: Setting, factor: float) -> Setting:
    """The cost of staff alone, in a run without services."""
    assert setting.books is not None
    values = {name: float(each) * factor for name, each in setting.books.plan.figures()
              if name.startswith("operating.staff.") and name.endswith(".staff")}
    return replace(setting, books=with_book_values(setting.books, values, in_proportion=True))


def _places(setting: Setting, factor: float) -> Setting:
    """Places of all contracts that are paid from purchases; of a contract they stay whole."""
    assert setting.plan.services is not None
    mix = setting.plan.services.plan.mix
    catalogue = mix.of(Catalogue)
    bought = [f".{name}.places." for name, each in mix.of(Contracts).all.items()
              if budget_line(each, catalogue) == PURCHASES]
    return _with_mix(setting, "contracts", bought, factor)


def _with_mix(setting: Setting, file: str, within: str | Sequence[str], factor: float) -> Setting:
    """Figures of a *file* of the mix in whose name one of the texts *within* stands, times *factor*."""
    plan, texts = setting.plan, [within] if isinstance(within, str) else within
    assert plan.services is not None
    mix = plan.services.plan.mix
    values = {name: float(each) * factor for name, each in figures_of(mix.files[file], file)
              if any(text in name for text in texts)}
    changed = with_figures(mix, values, in_proportion=True)
    services = services_of(plan, changed, plan.services.levels, plan.services.prices)
    return replace(setting, plan=replace(plan, services=services))


def _vacancies(setting: Setting, factor: float) -> Setting:
    plan = setting.plan
    assert plan.vacancies is not None
    return replace(setting, plan=replace(plan, vacancies=plan.vacancies * factor))


def with_copies(plan: Plan, copies: int) -> Plan:
    """*plan* with *copies* more people in the opening stock, like those in it who have over 700 paid days."""
    opening = plan.opening
    rows = np.flatnonzero((opening.counter >= CLASS_701) & (opening.state == State.UNEMPLOYED))
    chosen = rows[np.linspace(0, len(rows), copies, endpoint=False).astype(int)]
    return replace(plan, calibration=replace(plan.calibration,
                                             opening=Clients.concatenate(opening, opening.take(chosen))))


