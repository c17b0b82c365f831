"""When a spell of unemployment ends and where it leads: against closed forms, integrals over days and large numbers."""

from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.model import simulate
from sim.flow.programme import Absence, calendar_tables, exit_tables
from sim.flow.spell import destination, exit_time
from sim.law.calendar import month_number

MONTHS = 24
DEPTH = 6
CALENDAR = calendar_tables(month_number("2027-01"), MONTHS)  # 2028 is a leap year
EDGES = CALENDAR["month_edges"]
hazards_by_month = arrays(float, (DEPTH + 1,), elements=st.floats(0, 3))
factors_by_month = arrays(float, (DEPTH + 1, MONTHS), elements=st.floats(0.01, 3))
fractions = st.floats(0, 1, exclude_max=True)


def month_at(day):
    return max(month for month, edge in enumerate(EDGES[:-1]) if edge <= day)


def cell_rates(hazards, factors, first):
    """Hazard a day in each month of the calendar, of a spell whose clock started in month *first*."""
    served = [min(max(month - first, 0), DEPTH) for month in range(MONTHS)]
    return [hazards[k] * factors[k][month] / DAYS_PER_MONTH for month, k in enumerate(served)]


def integral(rates, start, end):
    """The hazard integrated over [start, end], month by month."""
    return sum(rate * max(0.0, min(end, after) - max(start, before))
               for rate, before, after in zip(rates, EDGES[:-1], EDGES[1:], strict=True))


def exit_of(hazards, factors, first, now, draw):
    tables = exit_tables(np.atleast_2d(hazards), factors, EDGES)
    began = max(first, -DEPTH)
    return exit_time(tables[0][began + DEPTH], max(began, 0), EDGES, month_at(now), now, draw)


@given(st.floats(0.01, 2), fractions, st.integers(0, 5), st.floats(1e-6, 20))
def test_a_constant_hazard_makes_the_wait_exponential(hazard, part, served, draw):
    now = part * EDGES[-1]
    wait = draw / (hazard / DAYS_PER_MONTH)
    end, month = exit_of(np.full(DEPTH + 1, hazard), np.ones((DEPTH + 1, MONTHS)), month_at(now) - served, now, draw)
    assume(abs(now + wait - EDGES[-1]) > 1e-6)
    if now + wait >= EDGES[-1]:
        assert end == inf
    else:
        assert end == pytest.approx(now + wait, abs=1e-7)
        assert month == month_at(end)


@given(hazards_by_month, factors_by_month, fractions, st.integers(0, 30), st.floats(1e-3, 30))
def test_an_exit_comes_where_the_hazard_integrated_over_the_days_of_the_spell_reaches_the_draw(
        hazards, factors, part, served, draw):
    now = part * EDGES[-1]
    first = month_at(now) - served
    rates = cell_rates(hazards, factors, first)
    end, month = exit_of(hazards, factors, first, now, draw)
    total = integral(rates, now, EDGES[-1])
    assume(abs(total - draw) > 1e-9)
    if total < draw:
        assert end == inf
    else:
        assert now <= end < EDGES[-1]
        assert integral(rates, now, end) == pytest.approx(draw, rel=1e-8, abs=1e-8)
        assert EDGES[month] <= end <= EDGES[month + 1]


@given(hazards_by_month, factors_by_month, fractions, st.floats(1e-3, 10), st.floats(0.01, 5))
def test_a_higher_hazard_or_a_lower_draw_never_delays_an_exit(hazards, factors, part, draw, more):
    now = part * EDGES[-1]
    first = month_at(now)
    end, _ = exit_of(hazards, factors, first, now, draw)
    assert exit_of(hazards * (1 + more), factors, first, now, draw)[0] <= end
    assert exit_of(hazards, factors, first, now, draw / (1 + more))[0] <= end


@given(hazards_by_month, factors_by_month, st.integers(1, 12), fractions, st.floats(1e-3, 30))
def test_a_spell_met_midway_goes_on_as_if_it_had_been_watched_from_its_start(hazards, factors, before, part, draw):
    """The same spell told from a later origin, with its months of spell and what is left of its draw."""
    start = part * EDGES[1]
    later = calendar_tables(month_number("2027-01") + before, MONTHS - before)["month_edges"]
    whole, _ = exit_of(hazards, factors, 0, start, draw)
    left = draw - integral(cell_rates(hazards, factors, 0), start, EDGES[before])
    assume(left > 1e-6)
    tables = exit_tables(np.atleast_2d(hazards), factors[:, before:], later)
    began = max(-before, -DEPTH)
    rest, _ = exit_time(tables[0][began + DEPTH], 0, later, 0, 0.0, left)
    assert (rest == inf) == (whole == inf)
    if whole < inf:
        assert rest == pytest.approx(whole - EDGES[before], abs=1e-5)


@given(hazards_by_month, factors_by_month)
def test_tables_of_integrated_hazards_are_sums_over_the_months_of_the_calendar(hazards, factors):
    table = exit_tables(np.stack([hazards, 2 * hazards]), factors, EDGES)
    for first in (-DEPTH, -1, 0, 5, MONTHS - 1):
        rates = cell_rates(hazards, factors, first)
        looped = [integral(rates, EDGES[max(first, 0)], edge) for edge in EDGES[max(first, 0):]]
        assert table[0][first + DEPTH].tolist() == pytest.approx(looped)
        assert table[1][first + DEPTH].tolist() == pytest.approx([2 * value for value in looped])


@pytest.fixture(scope="module")
def cohort(lahti, make_clients):
    """First spells of thirty thousand people who become unemployed evenly over the first month."""
    clients = make_clients(30_000, enters=(np.arange(30_000) + 0.5) / 1000, cohort=0, counter=-7, age=2)
    frame = simulate(lahti.steps, clients, 11, 0).frame()
    following = frame["state"].shift(-1)[frame["client"].duplicated(keep="last")]
    return frame[~frame["client"].duplicated()], following[~frame["client"].duplicated()].astype(int)


def leaving_unemployment(lahti, age, factor=1.0):
    """Hazard a month by month of spell in a segment, worked out from the assumptions; *factor* is that of its flags."""
    exits, arriving = lahti.assumed.exits, lahti.assumed.arrivals
    foreign, reduced = arriving.foreign_language.value, arriving.reduced_ability.value
    mean = ((1 - foreign + foreign * exits.foreign_language_factor.value)
            * (1 - reduced + reduced * exits.reduced_ability_factor.value))
    early, middle, late = exits.to_services.value
    return np.array([hazard * (1 - (early if k < 6 else middle if k < 12 else late)) * exits.level.value * factor / mean
                     for k, hazard in enumerate(lahti.hazards[age])])


def test_hazards_of_the_programme_are_those_of_the_assumptions_with_a_season_in_the_first_year_of_a_spell(lahti):
    """A spell that began twenty months before September 2026, one that begins in it, and one in March 2027."""
    steps, exits = lahti.steps, lahti.assumed.exits
    both = exits.foreign_language_factor.value * exits.reduced_ability_factor.value
    for row, age, factor in ((0, 0, 1.0), (9, 2, exits.reduced_ability_factor.value), (7, 1, both)):
        by_month = leaving_unemployment(lahti, age, factor)
        for first in (-20, 0, 6):
            integrated, total = steps.exits[row][first + steps.depth], 0.0
            for month in range(max(first, 0), 36):
                served = month - first
                season = lahti.season[(8 + month) % 12] if served < 12 else 1.0
                days = steps.month_edges[month + 1] - steps.month_edges[month]
                total += by_month[served] * season * lahti.outflow[month] * days / 30.4375
                assert integrated[month + 1 - max(first, 0)] == pytest.approx(total)


def test_survival_of_a_large_cohort_is_the_exponential_of_its_integrated_hazard(lahti, cohort):
    """By day, season included; Kolmogorov's distance is below its bound of one in a thousand."""
    first, _ = cohort
    edges = lahti.steps.month_edges
    by_month = leaving_unemployment(lahti, 2)
    season = np.array([*np.roll(lahti.season, -8), *np.ones(24)])  # from September, in the first year of a spell
    daily = np.repeat(by_month[:36] * season * lahti.outflow, np.diff(edges).astype(int))
    cumulated = np.concatenate([[0.0], np.cumsum(daily / 30.4375)])

    def passed(times):
        return np.interp(times, np.arange(len(cumulated)), cumulated)

    left = ~first["open"].to_numpy()
    luck = -np.expm1(passed(first["start"]) - passed(first["end"]))  # uniform where the model keeps its law
    least = -np.expm1(passed(31.0) - cumulated[-1])  # all spells are seen at least so far
    grid = np.linspace(0, least, 5000)
    reached = np.searchsorted(np.sort(luck[left & (luck < least)]), grid) / len(luck)
    assert np.abs(reached - grid).max() <= 1.95 / np.sqrt(len(luck))
    for months in (1, 3, 6, 12, 24):
        alive = np.exp(passed(first["start"]) - passed(first["start"] + months * DAYS_PER_MONTH)).mean()
        share = (first["end"] - first["start"] > months * DAYS_PER_MONTH).mean()
        assert abs(share - alive) <= 4 * np.sqrt(alive * (1 - alive) / len(first))


def test_destinations_have_the_shares_of_the_assumptions_at_every_duration(lahti, cohort):
    first, following = cohort
    left = first[~first["open"]]
    assert left.index.equals(following.index)
    month_of_spell = np.searchsorted(lahti.steps.month_edges, left["end"].to_numpy(), side="right") - 1
    exits, lasting = lahti.assumed.exits, lahti.assumed.exits.lasting.value
    for band, (low, high) in enumerate(((0, 6), (6, 12), (12, 99))):
        to_work, gone = exits.to_work.value[band], exits.gone.value[2]
        shares = {State.SHORT_WORK: to_work * (1 - lasting), State.LASTING_WORK: to_work * lasting,
                  State.OUTSIDE: (1 - to_work) * (1 - gone), State.GONE: (1 - to_work) * gone}
        here = following[(low <= month_of_spell) & (month_of_spell < high)]
        assert len(here) > 2000
        for state, share in shares.items():
            assert abs((here == state).mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(here)), (band, state)


@pytest.mark.parametrize("served", [2, 13, 45, 80])
def test_the_opening_stock_leaves_by_the_hazard_of_the_month_of_spell_it_has_reached(served, lahti, make_clients):
    """Share still unemployed after three months, for people who became so many months before the start."""
    clients = make_clients(20_000, clock=served, since=-30.0 * served, counter=20 * served)
    frame = simulate(lahti.steps, clients, 4, 0).frame()
    first = frame[~frame["client"].duplicated()]
    by_month, luck = leaving_unemployment(lahti, 1), 0.0
    for month, days in enumerate((30, 31, 30)):  # September to November
        season = lahti.season[8 + month] if served + month < 12 else 1.0
        luck += by_month[min(served + month, len(by_month) - 1)] * season * lahti.outflow[month] * days / 30.4375
    alive = exp(-luck)
    assert abs((first["end"] > 91).mean() - alive) <= 4 * np.sqrt(alive * (1 - alive) / len(first))
    after = frame[frame["client"].duplicated()].groupby("client").first()
    out_in_november = after[(after["start"] >= 61) & (after["start"] < 91)]
    assert (out_in_november["clock"] == min(served, lahti.steps.depth) + 2).all()


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), fractions)
@example([0.2, 0.5, 0.9], 0.2)
@example([0.2, 0.5, 0.9], 0.5)
def test_a_destination_is_the_first_whose_cumulated_share_exceeds_the_draw(shares, draw):
    short, lasting, outside = sorted(shares)
    places = [(short, State.SHORT_WORK), (lasting, State.LASTING_WORK), (outside, State.OUTSIDE), (2, State.GONE)]
    assert destination((short, lasting, outside), draw) == next(state for share, state in places if draw < share)


def test_a_month_without_exits_is_passed_over(make_clients, make_programme):
    """Nobody can leave in the first two months; then half of the people do in about 21 days: ln 2 = 30.4375 d × h."""
    steps = make_programme(hazards=1.0, months=4, factors=[0, 0, 1, 1], shares=(0, 1, 1))
    frame = simulate(steps, make_clients(20_000), 1, 0).frame()
    exits = frame.loc[(frame["state"] == State.UNEMPLOYED) & ~frame["open"], "end"]
    assert exits.min() >= 61  # September and October
    middle = 61 + log(2) * DAYS_PER_MONTH
    assert abs((exits < middle).sum() / 20_000 - 0.5) <= 4 * 0.5 / np.sqrt(20_000)
    assert abs(len(exits) / 20_000 - (1 - exp(-61 / DAYS_PER_MONTH))) <= 4 * np.sqrt(0.135 * 0.865 / 20_000)


def test_each_spell_and_each_absence_of_a_client_has_luck_of_its_own(make_clients, make_programme):
    """Lengths of a client's first three spells and two absences, all exponential, are unrelated."""
    back = Absence.from_months([0], [1.0])
    absences = dict.fromkeys((State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE), back)
    steps = make_programme(1.0, 24, shares=(0.4, 0.7, 1), absences=absences)
    frame = simulate(steps, make_clients(2000, since=-1.0), 1, 0).frame()
    lengths = (frame["end"] - frame["start"]).groupby(frame["client"]).apply(lambda spells: spells.to_list()[:5])
    correlation = np.corrcoef(np.array(lengths.to_list()).T)[np.triu_indices(5, 1)]
    assert (np.abs(correlation) <= 4 / np.sqrt(2000)).all()
