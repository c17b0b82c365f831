"""What holds for any history: against the loop over days, and between two ways of writing the same."""

import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.law import Ladder, load_law
from sim.law.loader import SHIPPED
from sim.money.history import COLUMNS, price_history, read_history
from sim.money.payment import PaymentProfile

EXAMPLES = settings(max_examples=40)  # each writes, reads and prices two files of many spells
PROFILE = PaymentProfile(5, 0.03, 0.8)
FIRST_DAY = date(2025, 1, 1)
EPOCH = date(1970, 1, 1)
SHORT = st.integers(1, 45)
LENGTH = SHORT | st.integers(1, 500)

unemployed = st.tuples(st.just("unemployed"), st.sampled_from(["labour_market", "basic", "earnings_related"]),
                       st.sampled_from(["1", "0.5", "0.92"]))
absent = st.tuples(st.sampled_from(["short_work", "lasting_work", "outside"]), st.just(""), st.just(""))
stays = st.tuples(st.integers(0, 30), LENGTH, unemployed | absent)
counters = st.sampled_from([-7, 0, 98, 298, 398, 698]) | st.integers(-7, 900)


@st.composite
def people(draw, last=unemployed | absent):
    """One client's spells, as lists of cells without the client; the opening counter is on the first."""
    day, rows = FIRST_DAY + timedelta(draw(st.integers(0, 400))), []
    for gap, length, what in [*draw(st.lists(stays, max_size=5)), draw(st.tuples(st.integers(0, 30), LENGTH, last))]:
        start = day + timedelta(gap)
        day = start + timedelta(length)
        rows.append([start.isoformat(), day.isoformat(), *what, ""])
    rows[0][-1] = str(draw(counters))
    return rows


@pytest.fixture(scope="module")
def read(tmp_path_factory, law):
    path = tmp_path_factory.mktemp("histories") / "history.csv"

    def read(rows, law=law):
        path.write_text("\n".join(map(",".join, [COLUMNS, *rows])) + "\n", "utf-8")
        return read_history(path, law)

    return read


@pytest.fixture(scope="module")
def price(read, law):
    """Both frames as lists of rows, from rows with their client."""

    def price(rows, law=law):
        priced = price_history(read(rows, law), law, PROFILE)
        return {name: list(frame.itertuples(index=False, name=None)) for name, frame in priced.items()}

    return price


def of(client, rows):
    return [[client, *row] for row in rows]


def euros(priced):
    return sum(row[-1] for row in priced["paid_days"])


@EXAMPLES
@given(people())
def test_days_by_month_benefit_and_class_are_those_of_the_loop_over_days(read, price, day_loop, rows):
    history, looped = read(of("A", rows)), {}
    benefits = ["labour_market", "basic", "earnings_related", "general"]
    labels = ["0-100", "101-200", "201-300", "301-400", "401-700", "701-"]
    loop = day_loop(history.log, history.rights, EPOCH, FIRST_DAY, date(2100, 1, 1))
    for ((year, month), benefit, day_class, _), days in loop.items():
        key = f"{year}-{month:02}", benefits[benefit], labels[day_class]
        looped[key] = looped.get(key, 0) + days
    assert {row[1:4]: row[4] for row in price(of("A", rows))["paid_days"]} == looped


@EXAMPLES
@given(people(), st.data())
def test_splitting_a_spell_changes_nothing(price, rows, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    start, end, *what, opening = rows[place]
    length = (date.fromisoformat(end) - date.fromisoformat(start)).days
    cut = (date.fromisoformat(start) + timedelta(data.draw(st.integers(0, length)))).isoformat()
    parts = [[start, cut, *what, opening], [cut, end, *what, ""]] if start < cut < end else [rows[place]]
    assert price(of("A", rows[:place] + parts + rows[place + 1:])) == price(of("A", rows))


@EXAMPLES
@given(people(), people(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_clients_changes_nothing(price, first, second, random):
    rows = of("A", first) + of("B", second)
    shuffled = random.sample(rows, len(rows))
    assert price(shuffled) == price(rows)
    swapped = price(of("A", second) + of("B", first))
    for name, priced in price(rows).items():
        assert sorted(row[1:] for row in swapped[name] if row[0] == "B") == sorted(
            row[1:] for row in priced if row[0] == "A")


@EXAMPLES
@given(people())
def test_classes_partition_the_days_and_every_day_is_paid_once(read, price, rows):
    history, priced = read(of("A", rows)), price(of("A", rows))
    weekdays = 0
    for spell in history.log.itertuples():
        days = sum((EPOCH + timedelta(day)).weekday() < 5 for day in range(spell.start, spell.end))
        weekdays += max(0, min(days, days + spell.counter))  # those below zero are waiting days
    assert sum(row[4] for row in priced["paid_days"]) == weekdays
    assert len({row[:4] for row in priced["paid_days"]}) == len(priced["paid_days"])
    # four decimals of days and a cent in each row
    assert sum(row[4] for row in priced["payments"]) == pytest.approx(weekdays, abs=1e-4 * len(priced["payments"]))
    rounding = 0.005 * (len(priced["payments"]) + len(priced["paid_days"])) + 1e-6
    assert sum(row[5] for row in priced["payments"]) == pytest.approx(euros(priced), abs=rounding)


ladders = st.builds(
    lambda thresholds, shares: Ladder(tuple(sorted(thresholds)), tuple(sorted(shares))),
    st.sets(st.integers(1, 900), min_size=5, max_size=5), st.lists(st.floats(0, 1), min_size=6, max_size=6))


@EXAMPLES
@given(people(last=unemployed), st.integers(1, 200), ladders)
def test_more_days_never_cost_less(price, law, rows, more, ladder):
    dated = law.ladders
    rising = replace(law, ladders=replace(dated, periods=(replace(dated.periods[-1], value=ladder),)))
    *before, (start, end, *rest) = rows
    longer = [*before, [start, (date.fromisoformat(end) + timedelta(more)).isoformat(), *rest]]
    cost = price(of("A", rows), rising)
    assert euros(price(of("A", longer), rising)) >= euros(cost) - 1e-6
    later = [[*rows[0][:-1], str(int(rows[0][-1]) + more)], *rows[1:]]
    dearer = price(of("A", later), rising)
    rounding = 0.005 * (len(cost["paid_days"]) + len(dearer["paid_days"])) + 1e-6
    if int(rows[0][-1]) >= 0:  # fewer waiting days are more days, but in other months
        assert euros(dearer) >= euros(cost) - rounding


@pytest.fixture(scope="module")
def same_law(tmp_path_factory):
    """The shipped law in other words: a source is told differently, and an entry is cut in two of the same value."""
    tree = tmp_path_factory.mktemp("law") / "tree"
    shutil.copytree(SHIPPED, tree)
    path = tree / "benefits.yaml"
    text = path.read_text("utf-8")
    entry = "  - from: 2027-01-01\n    value: 37.21\n"
    assert entry in text
    again = "    unit: €/day\n    source: told differently\n    status: estimate\n"
    path.write_text(text.replace(entry, f"  - from: 2026-07-15\n    value: 37.21\n{again}{entry}", 1), "utf-8")
    return load_law(tree)


@EXAMPLES
@given(people(), people())
def test_a_null_change_of_law_moves_nothing(price, same_law, first, second):
    rows = of("A", first) + of("B", second)
    before, after = price(rows), price(rows, same_law)
    assert after == before and euros(after) - euros(before) == 0.00
