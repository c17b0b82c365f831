"""Services in a unit of a run: simulated, billed and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenarios.neutral import ServiceLevels
from scenarios.pricing import Priced
from scenarios.service_plan import QUEUES, ServicePlan
from scenarios.service_unit import unit_offer
from scenarios.service_use import ServiceUse, case_mix, casework_sums, job_days, service_sums
from sim.clients.clients import WITH_BENEFIT, Clients, State
from sim.clients.counter import DAYS_PER_MONTH, paid_days
from sim.clients.streams import entry_draws, uniform
from sim.demand.fields import portions
from sim.demand.market import MarketRecord
from sim.demand.programme import Demand, DemandProgramme, demand_programme
from sim.flow.offer import Ended
from sim.flow.office import Gauge
from sim.flow.programme import Programme
from sim.flow.served import Demand as DemandSide
from sim.flow.served import History, simulate_served
from sim.law.calendar import month_start
from sim.law.ladder import Ladder
from sim.money.episodes import DailyRates, Episodes, daily_rates
from sim.money.memo import Payers, days_in_states, joint_plan_lines, memo_lines, queue_lines
from sim.money.service_cost import ServiceCosts, service_costs
from sim.services.caseworkers import Task
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contract, Contracts, OutcomeBased
from sim.services.integration import INCENTIVE, IntegrationProgramme
from sim.services.partners import Partners
from sim.services.process import GROUPS

STATUTORY = (Task.INITIAL_INTERVIEW, Task.STATUTORY_DISCUSSION, Task.SUPPLEMENTARY_DISCUSSION)
GAP = 1e-6  # of the days in a line, by which rounding may be off
OUTCOME_WITHIN = 3 * DAYS_PER_MONTH  # of the end of a service paid on results, as the contracts define an outcome
ASSESSMENT, BOUGHT = "expert_assessment", QUEUES[0]  # service whose contract pays for the queue that the city owns
GROUP_SUMS = ("clients", "meetings", "late_days", "asked", "started", "wait_days", "work", "paid_days")
PEOPLE = ("helped", "set_back")  # of a scenario, against its baseline
A_MONTH = 21.5  # paid days
WORK = (State.SHORT_WORK, State.LASTING_WORK, State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION)


@dataclass(frozen=True, eq=False)
class Services:
    """What all units of a run share of services.

    Attributes
    ----------
    plan : the mix in numbers.
    demand : vacancies, advisers and offers.
    prices : price level by year, one for each draw.
    payers : who else pays.
    plan_share : of clients with a foreign language, have an integration plan.
    ladder : by whose classes starters are told apart.
    """

    plan: ServicePlan
    demand: Demand
    prices: Sequence[Mapping[int, float]]
    payers: Payers
    plan_share: float
    ladder: Ladder

    @property
    def ways(self) -> np.ndarray:
        """Factors on the ways out, see ``neutral``."""
        return self.plan.levels.ways

    @property
    def levels(self) -> ServiceLevels:
        """Those that the plan was made with."""
        return self.plan.levels


@dataclass(frozen=True, eq=False)
class Served:
    """What was lived in a unit.

    Attributes
    ----------
    history : of its clients.
    groups, integration : (clients,) place in GROUPS at entry, and who has an integration plan.
    graduates : (months,) expected to go straight to work in place of becoming unemployed.
    """

    history: History
    groups: np.ndarray
    integration: np.ndarray
    graduates: np.ndarray


@dataclass(frozen=True, eq=False)
class Reference:
    """What a scenario's unit takes from the same unit of its baseline.

    Attributes
    ----------
    market : record of its labour market, against which a scenario's is measured; None without a demand side.
    graduates : (months,) expected to go straight to work.
    contracts : names of its contracts.
    rates : what a mean day of each billed, for the carry-in.
    days : (clients,) paid days of each over the whole run.
    cohort : (clients,) that of each, in order.
    """

    market: MarketRecord | None
    graduates: np.ndarray
    contracts: tuple[str, ...]
    rates: DailyRates
    days: np.ndarray
    cohort: np.ndarray


@dataclass(frozen=True, eq=False)
class ServiceUnit:
    """What services did in one unit, small enough to keep of every unit.

    Attributes
    ----------
    costs : bills.
    use : sums by month of contracts and units of caseworkers.
    reference : what scenarios take from it.
    memo : euros of other payers: month (from the origin), payer, line, euros.
    groups : (groups, GROUP_SUMS) over the whole run.
    people : (groups, PEOPLE) clients who have a month of paid days less than in the baseline, and more.
    market : (months, 3) open vacancies, search effort, and mean factor on finding work; empty without a demand side.
    vacancies : counts by way of closing (sim.flow.vacancies.Closed).
    """

    costs: ServiceCosts
    use: ServiceUse
    reference: Reference
    memo: pd.DataFrame
    groups: np.ndarray
    people: np.ndarray
    market: np.ndarray
    vacancies: np.ndarray


def demand_of(services: Services, steps: Programme, vacancies: np.ndarray | None) -> DemandProgramme | None:
    """The demand side of a unit in numbers; None where no vacancies are published."""
    if vacancies is None:
        return None
    return demand_programme(services.demand, vacancies, steps.origin, len(steps.month_edges) - 1)


def with_graduates(demand: DemandProgramme, new: Clients, key: tuple[int, int], baseline: Reference) -> Clients:
    """*new* clients of a scenario: of the young, those go straight to lasting work whom more cooperation takes there.

    As many as the scenario expects beyond its baseline, by month; who, is each client's own luck.
    """
    more = np.maximum(np.sum(demand.graduates, axis=1) - baseline.graduates, 0.0)
    young = new.age == 0
    share = more / np.maximum(np.bincount(new.cohort[young], minlength=len(more)), 1)
    placed = young & (entry_draws(*key, "graduate placed", new.cohort, uniform) < share[new.cohort])
    return replace(new, state=np.where(placed, State.LASTING_WORK, new.state).astype(new.state.dtype))


def serve(services: Services, steps: Programme, clients: Clients, demand: DemandProgramme | None,
          key: tuple[int, int], baseline: Reference | None, gauge: Gauge | None) -> Served:
    """Simulate the *clients* of a unit; see ``project.live``."""
    shares = portions(services.demand.fields, "unemployed")
    offer = unit_offer(services.plan, clients, services.plan_share, shares, steps.month_edges, *key)
    side = DemandSide(demand, baseline.market if baseline else None) if demand else None
    history = simulate_served(steps, offer, clients, *key, demand=side, gauge=gauge)
    newly = clients.clock < services.plan.meetings.newly_unemployed_months
    groups = np.array(offer.persons.groups, int).reshape(-1, 2)
    return Served(history, np.where(newly, groups[:, 1], groups[:, 0]), np.array(offer.persons.integration, bool),
                  np.sum(demand.graduates, axis=1) if demand else np.zeros(len(steps.month_edges) - 1))


def service_unit(services: Services, served: Served, clients: Clients, first_month: int, months: int, draw: int,
                 account: Priced, baseline: Reference | None) -> ServiceUnit:
    """Bill and count the history of a unit."""
    plan, history = services.plan, served.history
    _check_lines(history)
    contracts, catalogue = plan.contracts, plan.mix.of(Catalogue)
    origin = int(month_start(first_month))
    records = [history.pools[BOUGHT if contract.service == ASSESSMENT else name]
               for name, contract in contracts.all.items()]
    edges = records[0].edges
    episodes = _by_contract(plan, served, edges)
    held = history.meetings.rename(columns={"held": "start"})
    carry_in = carried_rates(baseline, contracts) if baseline else None
    costs = service_costs(contracts, catalogue, episodes, first_month, months, services.prices[draw], carry_in)
    use = ServiceUse(
        service_sums(episodes, records),
        casework_sums(held, [history.pools[name] for name in plan.meetings.units], STATUTORY),
        case_mix(episodes, len(records), history.spells, clients, services.ladder, origin))
    rates = carry_in or daily_rates(list(contracts.all.values()), Episodes.of(episodes), first_month, months)
    memo = _memo(services, history, clients, origin, edges, account)
    market, days = history.market, _paid_days(history, len(clients), origin)
    gained = gained_days(days, clients.cohort, baseline)
    people = np.stack([np.bincount(served.groups[moved], minlength=len(GROUPS))
                       for moved in (gained <= -A_MONTH, gained >= A_MONTH)], axis=1)
    return ServiceUnit(
        costs, use, Reference(market, served.graduates, tuple(contracts.all), rates, days, clients.cohort), memo,
        _groups(served, days), people,
        np.zeros((0, 3)) if market is None else np.column_stack([
            market.vacancies.sum(axis=1), market.searching.sum(axis=1),
            np.average(market.factor, axis=1, weights=services_shares(market.searching))]),
        np.zeros(0) if history.vacancies is None else np.bincount(history.vacancies["how"], minlength=5))


def gained_days(days: np.ndarray, cohort: np.ndarray, baseline: Reference | None) -> np.ndarray:
    """Paid days of each client more than in the *baseline*, 0 without one and for whom it does not have.

    A client is the same in both by cohort and place in it, as draws are keyed: what adds arrivals adds them at the end
    of their cohort. Both columns are in order of *cohort*.
    """
    gained = np.zeros_like(days)
    if baseline is not None:
        _, mine, theirs = np.intersect1d(_identity(cohort), _identity(baseline.cohort), assume_unique=True,
                                         return_indices=True)
        gained[mine] = days[mine] - baseline.days[theirs]
    return gained


def _identity(cohort: np.ndarray) -> np.ndarray:
    """Cohort and place in it of each client, in one number."""
    place = np.arange(len(cohort)) - np.searchsorted(cohort, cohort)
    return cohort.astype(np.int64) * 2**32 + place


def carried_rates(baseline: Reference, contracts: Contracts) -> DailyRates:
    """What a mean day of the *baseline* billed, by *contracts* of a scenario: of one that is new, nothing."""
    place = {name: place for place, name in enumerate(baseline.contracts)}
    which = [place.get(name, -1) for name in contracts.all]
    return DailyRates(*(np.append(rates, 0.0)[which] for rates in baseline.rates))


def services_shares(searching: np.ndarray) -> np.ndarray:
    """Weights of fields: who searches in them on average."""
    return searching.mean(axis=0) + 1e-12


def _check_lines(history: History) -> None:
    """RuntimeError unless the days in each line are those that its clients waited (Little's law)."""
    for name, record in history.pools.items():
        if abs(record.gap) > GAP * max(1.0, float(record.waiting_days.sum())):
            raise RuntimeError(f"the days in line of {name} differ by {record.gap:g} from those that clients waited")


def _by_contract(plan: ServicePlan, served: Served, edges: np.ndarray) -> pd.DataFrame:
    """Episodes of contracts, as bills take them: assessments that the city buys and jobs that it pays for have one."""
    contracts, episodes = list(plan.contracts.all.values()), served.history.episodes
    code = np.arange(len(plan.lines))
    code[[line.name == BOUGHT for line in plan.lines]] = _code(contracts, ASSESSMENT)
    episodes = episodes.assign(contract=code[episodes["line"].to_numpy()],
                               completed=episodes["ended"].to_numpy() == Ended.COMPLETED)
    jobs = _incentives(plan.integration, served, edges).assign(contract=_code(contracts, INCENTIVE))
    frame = pd.concat([episodes[list(jobs)], jobs])
    frame = frame[frame["contract"] < len(contracts)].reset_index(drop=True)
    return frame.assign(outcome=outcome_days(frame, served.history.spells, contracts))


def _code(contracts: Sequence[Contract], service: str) -> int:
    """The first contract of the *service*; one past the last where there is none."""
    return next((code for code, contract in enumerate(contracts) if contract.service == service), len(contracts))


def _incentives(integration: IntegrationProgramme, served: Served, edges: np.ndarray) -> pd.DataFrame:
    """Jobs of clients with a plan that begin while employers are paid for them, to the last day that is paid."""
    log = served.history.spells
    jobs = log[log["state"].isin((State.SHORT_WORK, State.LASTING_WORK)) & (log["start"] > 0)
               & served.integration[log["client"]]]
    start = jobs["start"].to_numpy()
    paid = np.array(integration.incentive_euros)[np.searchsorted(edges, start, side="right") - 1] > 0
    last = start + integration.incentive_days
    end = jobs["end"].to_numpy()
    return pd.DataFrame({"client": jobs["client"], "asked": start, "start": start, "end": np.minimum(end, last),
                         "completed": end >= last})[paid]


def named_episodes(plan: ServicePlan, episodes: pd.DataFrame) -> pd.DataFrame:
    """*episodes* by the names of contract and service, its title, and how it ended, as a run stores them."""
    catalogue, queues, lines = plan.mix.of(Catalogue).services, plan.mix.of(Partners).queues, plan.lines
    titles = ({key: each.finnish for key, each in catalogue.items()}
              | {name: getattr(queues, name).title for name in QUEUES}
              | {name: contract.title for name, contract in plan.contracts.all.items()})
    names = pd.DataFrame({"contract": [line.name for line in lines],
                          "service": [plan.keys[line.service] if line.service >= 0 else "" for line in lines],
                          "title": [titles[line.name] for line in lines]})
    ended = np.array([each.name.lower() for each in Ended], object)
    return names.iloc[episodes["line"]].reset_index(drop=True).assign(
        **episodes[["client", "asked", "start", "end"]], ended=ended[episodes["ended"]])


def outcome_days(episodes: pd.DataFrame, log: pd.DataFrame, contracts: list) -> np.ndarray:
    """Day of the outcome of each episode paid on results: a job that began in time and held for the evidence window.

    Of a job that the horizon cuts, it is taken that it holds.
    """
    day = np.full(len(episodes), np.nan)
    for code, contract in enumerate(contracts):
        rows = np.flatnonzero((episodes["contract"] == code) & episodes["start"].notna())
        if isinstance(contract, OutcomeBased) and len(rows):
            day[rows] = job_days(episodes.iloc[rows], log, OUTCOME_WITHIN, float(contract.evidence) * DAYS_PER_MONTH)
    return day


def _memo(services: Services, history: History, clients: Clients, origin: int, edges: np.ndarray,
          account: Priced) -> pd.DataFrame:
    """Euros of others, by month."""
    partners, log = services.plan.mix.of(Partners), history.spells
    names = [line.name for line in services.plan.lines]
    began = history.episodes[history.episodes["start"] >= 0]
    cases = pd.DataFrame({"queue": np.array(names, object)[began["line"].to_numpy()], "start": began["start"]})
    return pd.concat([
        memo_lines(services.payers, days_in_states(log, clients, origin, edges), account.euros.sum(axis=(1, 2))),
        queue_lines(partners.queues, cases, edges), joint_plan_lines(partners.joint_plan, log, origin, edges),
    ], ignore_index=True).groupby(["month", "payer", "line"], as_index=False, sort=False)["euros"].sum()


def _paid_days(history: History, clients: int, origin: int) -> np.ndarray:
    """Paid days of each client, (clients,)."""
    paid = history.spells[history.spells["state"].isin(WITH_BENEFIT)]
    days = paid_days(paid["start"].to_numpy(), paid["end"].to_numpy(), origin)
    days = np.maximum(days - np.maximum(-paid["counter"].to_numpy(), 0), 0)
    return np.bincount(paid["client"].to_numpy(), days, clients)


def _groups(served: Served, days: np.ndarray) -> np.ndarray:
    """(groups, GROUP_SUMS): what each group had of meetings, services, work and benefit."""
    history, groups = served.history, served.groups
    log, episodes = history.spells, history.episodes
    meetings = history.meetings[history.meetings["held"].notna()]

    def by_group(frame: pd.DataFrame, weights: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(groups[frame["client"].to_numpy()], weights, len(GROUPS))

    began = episodes[episodes["start"] > 0]
    return np.stack([
        np.bincount(groups, minlength=len(GROUPS)), by_group(meetings),
        by_group(meetings, np.maximum(meetings["held"] - meetings["due"], 0.0)), by_group(episodes), by_group(began),
        by_group(began, (began["start"] - began["asked"]).to_numpy()),
        by_group(log[log["state"].isin(WORK) & (log["start"] > 0)]), np.bincount(groups, days, len(GROUPS))], axis=1)
