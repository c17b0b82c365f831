"""A municipality's demand side, ``demand.yaml``, and the plain lists that the event model takes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.demand.fields import OccupationalFields, portions
from sim.demand.matching import half_saturation
from sim.demand.offers import Offers
from sim.demand.vacancies import Advisers, Closing, Graduates, Leads, MarketFigures, Orders, openings
from sim.demand.values import by_month
from sim.law.calendar import month_of, month_start
from sources.area import Area, read_own
from sources.files import Strict

DEMAND = "demand.yaml"  # in the municipality's folder
FEWEST = 1.0  # open vacancies that a month has at least: without any, no tightness could be compared with it


class Demand(Strict):
    """Schema of ``demand.yaml``."""

    fields: OccupationalFields
    market: MarketFigures
    closing: Closing
    advisers: Advisers
    leads: Leads
    graduates: Graduates
    offers: Offers
    orders: Orders


@dataclass(frozen=True, eq=False)
class DemandProgramme:
    """The demand side in numbers. Days are from the origin; lists are by month from the origin, and by field.

    Attributes
    ----------
    month_edges : first day of each month and the horizon.
    shares : of the unemployed, by field.
    half : tightness at which finding work is half as fast as with ample vacancies, by field.
    posted : share of exits to open work that fill a vacancy told to the service.
    open_days, lapse : mean days open of a vacancy, and the share that closes unfilled.
    vacancies : open ones at each month edge, (months + 1, fields).
    told, leads, capital : expected new vacancies that advisers take up, (months, fields): of those told to the service
        anyway; by leads of the development company, which come on top; in the capital region.
    visits : to employers, (months,); visit_minutes, found : time of one, and vacancies it finds on top.
    found_fields : cumulated shares of vacancies, by field.
    graduates : expected graduates who go straight to work in place of arriving as clients, (months, fields).
    accepts, accepts_capital : probability that an offer ends in a hire: of a job in the municipality, [mobile or not];
        and of one in the capital region, which only the mobile are offered.
    shortlist, rounds, between, hire_days : of offers, see ``Advisers``.
    ordered : share of vacancies untaken in the first round that become an order of training, (months,).
    group, order_days, promised : of such training, see ``Orders``.
    """

    month_edges: list[float]
    shares: list[float]
    half: list[float]
    posted: float
    open_days: float
    lapse: float
    vacancies: list[list[float]]
    told: list[list[float]]
    leads: list[list[float]]
    capital: list[list[float]]
    visits: list[float]
    visit_minutes: float
    found: float
    found_fields: list[float]
    graduates: list[list[float]]
    accepts: tuple[float, float]
    accepts_capital: float
    shortlist: int
    rounds: int
    between: float
    hire_days: float
    ordered: list[float]
    group: int
    order_days: float
    promised: float


def read_demand(area: Area) -> Demand:
    """The municipality's ``demand.yaml``; InputError where it has none, or a fault."""
    return read_own(area, DEMAND, Demand, "its demand side")


def demand_programme(demand: Demand, vacancy_path: np.ndarray, origin_day: int, months: int) -> DemandProgramme:
    """The demand side over *months* months.

    Parameters
    ----------
    vacancy_path : open vacancies at the end of each month, (months,); the first also stands for the month's start.
    origin_day : day number of the first simulated day, the first of a month.
    """
    edges = month_start(month_of(origin_day) + np.arange(months + 1))
    stock = np.maximum(np.concatenate([vacancy_path[:1], vacancy_path]), FEWEST)
    advisers, offers, orders = demand.advisers, demand.offers, demand.orders
    unemployed, of_vacancies = (np.array(portions(demand.fields, part)) for part in ("unemployed", "vacancies"))
    tightness = float(demand.market.tightness) * of_vacancies / unemployed
    open_days = float(demand.closing.open)

    def by_field(monthly: np.ndarray) -> list[list[float]]:
        return np.outer(monthly, of_vacancies).tolist()

    return DemandProgramme(
        month_edges=(edges - edges[0]).astype(float).tolist(),
        shares=unemployed.tolist(),
        half=[half_saturation(float(demand.market.elasticity), theta) for theta in tightness.tolist()],
        posted=float(demand.market.posted),
        open_days=open_days,
        lapse=float(demand.closing.lapse),
        vacancies=by_field(stock),
        told=by_field(openings(stock, edges, open_days) * by_month(advisers.known, edges)),
        leads=by_field(by_month(demand.leads.vacancies, edges, lag=round(float(demand.leads.ahead)))),
        capital=by_field(by_month(offers.capital_vacancies, edges)),
        visits=by_month(advisers.visits, edges).tolist(),
        visit_minutes=float(advisers.visit),
        found=float(advisers.found),
        found_fields=np.cumsum(of_vacancies).tolist(),
        graduates=by_field(_graduates(demand.graduates, edges)),
        accepts=(offers.accepted(offers.local, mobile=False), offers.accepted(offers.local, mobile=True)),
        accepts_capital=offers.accepted(offers.capital, mobile=True),
        shortlist=int(advisers.shortlist.value),
        rounds=int(advisers.rounds.value),
        between=float(advisers.between),
        hire_days=float(advisers.hire),
        ordered=by_month(orders.share, edges).tolist(),
        group=int(orders.group.value),
        order_days=float(orders.ahead),
        promised=float(orders.promised),
    )


def _graduates(graduates: Graduates, edges: np.ndarray) -> np.ndarray:
    """Graduates who go straight to work instead of becoming unemployed, (months,)."""
    of_year = graduates.inflow.array[month_of(edges[:-1]) % 12]
    return of_year * float(graduates.unemployed) * by_month(graduates.diverted, edges)
