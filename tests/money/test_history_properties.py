"""What holds for any history: against the loop over days, and between two ways of writing the same."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import floor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.law import Ladder, load_law
from sim.law.loader import SHIPPED
from sim.money.history import price_history, read_history
from sim.money.payment import PaymentProfile
from sim.money.spells import COLUMNS, OPTIONAL
from tests.money.day_loop import DEFAULTS, PAID, SWITCHES, price_by_day

EXAMPLES = settings(max_examples=40)  # each writes, reads and prices two files of many spells
PROFILE = PaymentProfile(5, 0.03, 0.8)
HEADER = (*COLUMNS, *OPTIONAL)
FIRST_DAY = date(2025, 1, 1)
SHORT = st.integers(1, 45)
LENGTH = SHORT | st.integers(1, 500)


def cells(state, benefit="", utilisation="", maximum_days="", accrues=""):
    return {"state": state, "benefit": benefit, "utilisation": utilisation, "maximum_days": maximum_days,
            "accrues": accrues}


PACES = st.sampled_from(["1", "1", "0.5", "0.92", "0.3333"])
unemployed = st.builds(cells, st.just("unemployed"), st.sampled_from(["labour_market", "basic", "earnings_related"]),
                       PACES)
paid = st.builds(
    lambda state, benefit, utilisation, maximum, accrues: cells(
        state, benefit, utilisation, "" if benefit == "labour_market" else maximum, accrues),
    st.sampled_from(["unemployed", "unemployed", "service", "laid_off"]),
    st.sampled_from(["labour_market", "labour_market", "basic", "earnings_related", "additional_days"]), PACES,
    st.sampled_from(["", "300", "110"]), st.sampled_from(["", "0", "0.5", "1"]))
absent = st.builds(cells, st.sampled_from(["short_work", "lasting_work", "outside"]))
away = st.builds(cells, st.sampled_from(["short_work", "lasting_work", "outside", "sickness", "subsidised_work",
                                         "subsidised_work_exception"]))
counters = st.sampled_from([-7, 0, 98, 298, 398, 698]) | st.integers(-7, 1100)


@st.composite
def people(draw, stays=unemployed | absent, last=unemployed | absent, earliest=FIRST_DAY, homes=("",)):
    """One client's spells, dictionaries of cells without the client; the opening counter is on the first."""
    day, rows = earliest + timedelta(draw(st.integers(0, 400))), []
    spells = draw(st.lists(stays, max_size=6)), draw(last)
    for what in [*spells[0], spells[1]]:
        start = day + timedelta(draw(st.just(0) | st.integers(0, 30)))
        day = start + timedelta(draw(LENGTH))
        rows.append({"start": start.isoformat(), "end": day.isoformat(), **what, "opening_counter": "",
                     "home": draw(st.sampled_from(homes))})
    rows[0]["opening_counter"] = str(draw(counters))
    return rows


lives = people(paid | away, paid | away, date(2023, 1, 1))
moving_lives = people(paid | away, paid | away, date(2024, 1, 1), ("yes", "no"))


@pytest.fixture(scope="module")
def read(tmp_path_factory, law):
    path = tmp_path_factory.mktemp("histories") / "history.csv"

    def read(rows, law=law):
        lines = (",".join(row.get(column, "") for column in HEADER) for row in rows)
        path.write_text("\n".join([",".join(HEADER), *lines]) + "\n", "utf-8")
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
    return [{"client": client, **row} for row in rows]


def euros(priced, name="paid_days"):
    return sum(row[5] for row in priced[name])


def rounding(*priced):
    """Half a cent for each row of the frames, and a hair."""
    return 0.005 * sum(len(rows) for frames in priced for rows in frames.values()) + 1e-6


@pytest.fixture(scope="module")
def laws():
    """The shipped law under any answers to its open questions."""
    return cache(lambda answers: load_law(choices=dict(answers)))


answers = st.fixed_dictionaries({name: st.sampled_from([default, default, *SWITCHES[name]])
                                 for name, default in DEFAULTS.items()})


@settings(max_examples=150)
@given(lives, answers)
def test_days_and_euros_by_month_benefit_and_class_are_those_of_the_loop_over_days(price, laws, rows, answers):
    looped = price_by_day(rows, answers)
    priced = price(of("A", rows), laws(tuple(answers.items())))["paid_days"]
    assert {row[1:4]: row[4] for row in priced} == {key: days for key, (days, _) in looped.items()}
    assert [(row[1:4], row[5]) for row in priced] == [(row[1:4], cents(looped[row[1:4]][1])) for row in priced]


def cents(euros):
    """An exact fraction of euros to cents, half a cent up."""
    return floor(euros * 100 + Fraction(1, 2)) / 100


@EXAMPLES
@given(moving_lives, answers, st.data())
def test_splitting_a_spell_changes_nothing(price, laws, rows, answers, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    start, end = (date.fromisoformat(row[name]) for name in ("start", "end"))
    cut = start + timedelta(data.draw(st.integers(0, (end - start).days)))
    parts = [row | {"end": cut.isoformat()}, row | {"start": cut.isoformat(), "opening_counter": ""}]
    split = rows[:place] + (parts if start < cut < end else [row]) + rows[place + 1:]
    law = laws(tuple(answers.items()))
    assert price(of("A", split), law) == price(of("A", rows), law)


@EXAMPLES
@given(lives, moving_lives, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_clients_changes_nothing(price, first, second, random):
    rows = of("A", first) + of("B", second)
    shuffled = random.sample(rows, len(rows))
    assert price(shuffled) == price(rows)
    swapped = price(of("A", second) + of("B", first))
    for name, priced in price(rows).items():
        assert sorted(row[1:] for row in swapped[name] if row[0] == "B") == sorted(
            row[1:] for row in priced if row[0] == "A")


@EXAMPLES
@given(lives)
def test_classes_partition_the_days_and_every_day_is_paid_once(price, rows):
    priced = price(of("A", rows))
    days = sum(days for days, _ in price_by_day(rows).values())
    assert sum(row[4] for row in priced["paid_days"]) == days
    assert len({row[:4] for row in priced["paid_days"]}) == len(priced["paid_days"])
    # four decimals of days and a cent in each row
    assert sum(row[4] for row in priced["payments"]) == pytest.approx(days, abs=1e-4 * len(priced["payments"]))
    assert euros(priced, "payments") == pytest.approx(euros(priced), abs=rounding(priced))


@EXAMPLES
@given(people(earliest=date(2023, 1, 1)))
def test_the_municipality_and_the_other_payers_pay_the_whole_basic_amount(price, law, rows):
    """The others pay what is left: a ladder of the complements, of the same days."""
    others = replace(law, ladders=replace(law.ladders, periods=tuple(
        replace(period, value=Ladder(period.value.thresholds, tuple(1 - share for share in period.value.shares)))
        for period in law.ladders.periods)))
    whole = replace(law, ladders=replace(law.ladders, periods=tuple(
        replace(period, value=Ladder(period.value.thresholds, tuple(1.0 for _ in period.value.shares)))
        for period in law.ladders.periods)))
    ours, theirs, all_of_it = (price(of("A", rows), each) for each in (law, others, whole))
    for mine, rest, total in zip(*(each["paid_days"] for each in (ours, theirs, all_of_it)), strict=True):
        assert mine[:5] == rest[:5] == total[:5]
        assert mine[5] + rest[5] == pytest.approx(total[5], abs=0.0101)


@EXAMPLES
@given(moving_lives)
def test_the_city_and_all_others_pay_what_one_city_would(price, rows):
    """Two cities pay the same client in turn; and what each pays by paid day it pays by payment."""
    other = [row | {"home": "no" if row["home"] == "yes" else "yes"} for row in rows]
    here, there, stays = (price(of("A", each)) for each in (rows, other, [row | {"home": ""} for row in rows]))
    for name in ("paid_days", "payments"):
        both = euros(here, name) + euros(there, name)
        assert both == pytest.approx(euros(stays, name), abs=rounding(here, there, stays))
        days = [sum(row[4] for row in each[name]) for each in (here, there, stays)]
        lengths = sum(len(each[name]) for each in (here, there, stays))
        assert days[0] + days[1] == pytest.approx(days[2], abs=1e-4 * lengths)
    assert euros(here, "payments") == pytest.approx(euros(here), abs=rounding(here))


@EXAMPLES
@given(moving_lives, st.data())
def test_what_is_taken_back_in_parts_is_what_was_paid(price, rows, data):
    """Corrections that tile a client's life leave no days and no euros."""
    assume(price(of("A", rows))["paid_days"] and any(row["state"] in PAID for row in rows))
    taken = [{"start": row["start"], "end": row["end"], "state": "correction", "billed_from": "2032-01"}
             for row in rows if row["state"] in PAID]
    left = price(of("A", rows + taken))
    assert all(row[4] == 0 and abs(row[5]) < 1e-9 for row in left["paid_days"])
    assert {row[1] for row in left["payments"] if row[4] < 0} == {"2032-01"}
    assert sum(row[4] for row in left["payments"]) == pytest.approx(0, abs=1e-4 * len(left["payments"]))
    assert euros(left, "payments") == pytest.approx(0, abs=rounding(left))


@EXAMPLES
@given(lives, st.sampled_from(["2024-01", "2026-02", "2031-05"]))
def test_arrears_move_payments_and_no_euros(price, rows, month):
    late = [row | {"billed_from": month if row["state"] in PAID else ""} for row in rows]
    before, after = price(of("A", rows)), price(of("A", late))
    assert after["paid_days"] == before["paid_days"]
    assert all(row[1] >= month for row in after["payments"])
    assert [row for row in after["payments"] if row[1] > month] == [row for row in before["payments"] if row[1] > month]
    assert euros(after, "payments") == pytest.approx(euros(before, "payments"), abs=rounding(before, after))


ladders = st.builds(
    lambda thresholds, shares: Ladder(tuple(sorted(thresholds)), tuple(sorted(shares))),
    st.sets(st.integers(1, 900), min_size=5, max_size=5), st.lists(st.floats(0, 1), min_size=6, max_size=6))


@EXAMPLES
@given(people(last=unemployed), st.integers(1, 200), ladders)
def test_more_days_never_cost_less(price, law, rows, more, ladder):
    dated = law.ladders
    rising = replace(law, ladders=replace(dated, periods=(replace(dated.periods[-1], value=ladder),)))
    last = rows[-1]
    longer = [*rows[:-1], last | {"end": (date.fromisoformat(last["end"]) + timedelta(more)).isoformat()}]
    cost = price(of("A", rows), rising)
    assert euros(price(of("A", longer), rising)) >= euros(cost) - 1e-6
    opening = int(rows[0]["opening_counter"])
    dearer = price(of("A", [rows[0] | {"opening_counter": str(opening + more)}, *rows[1:]]), rising)
    if opening >= 0:  # fewer waiting days are more days, but in other months
        assert euros(dearer) >= euros(cost) - rounding(cost, dearer)


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
@given(moving_lives, lives)
def test_a_null_change_of_law_moves_nothing(price, same_law, first, second):
    rows = of("A", first) + of("B", second)
    before, after = price(rows), price(rows, same_law)
    assert after == before and euros(after) - euros(before) == 0.00
