"""Hand-written histories: what is read from them, and the one line for whatever is wrong."""

import pytest

from sim.money.history import price_history, read_history
from sim.money.payment import PaymentProfile
from sim.money.spells import OPTIONAL
from sources.errors import InputError

HEADER = "client,start,end,state,benefit,utilisation,opening_counter"
FIRST = "A,2026-01-05,2026-02-02,unemployed,basic,1,100"
LATER = f"{FIRST},,,,,"


@pytest.fixture
def file(tmp_path):
    """A function that writes lines to a CSV file under *header*."""

    def write(*lines, header=HEADER):
        path = tmp_path / "history.csv"
        path.write_text("\n".join((header, *lines)) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def read(file, law):
    return lambda *lines, header=HEADER: read_history(file(*lines, header=header), law)


def test_counters_are_carried_and_rights_belong_to_the_spell(read):
    history = read(FIRST + ",", "A,2026-02-02,2026-02-09,outside,,,,",
                   "A,2026-02-09,2026-03-02,unemployed,basic,0.5,,300", header=HEADER + ",maximum_days")
    assert history.log["counter"].tolist() == [100, 120]  # four weeks are twenty benefit days
    assert history.facts["utilisation"].tolist() == [1, 0.5]


def test_a_spell_is_cut_where_its_own_maximum_is_used(read):
    """From 100 and 305 paid days on Monday 5 January 2026: 400, the maximum of the law tree, are not reached in four
    weeks, 310 as written on Monday 12 January."""
    history = read(FIRST + ",", "B,2026-01-05,2026-02-02,unemployed,basic,1,305,310", header=HEADER + ",maximum_days")
    assert history.facts["client"].tolist() == ["A", "B", "B"]
    assert history.rights.entitlement.tolist() == [1, 1, 0]  # basic, basic, labour market
    assert history.log["counter"].tolist() == [100, 305, 310]
    assert (history.log["start"] - history.log["start"][0]).tolist() == [0, 0, 7]


def test_a_client_without_unemployment_costs_nothing(read, law):
    history = read("A,2023-01-01,2024-01-01,lasting_work,,,0")
    priced = price_history(history, law, PaymentProfile(5, 0.03, 0.8))
    assert [len(rows) for rows in priced.values()] == [0, 0]


@pytest.mark.parametrize(
    ("lines", "where", "fault", "mend"),
    [
        ([], "", "holds no spells", "write one row a spell"),
        ([",2026-01-05,2026-02-02,unemployed,basic,1,0"], "row 2, column client", "is empty", "name the client"),
        (["A,5.1.2026,2026-02-02,unemployed,basic,1,0"], "row 2, column start", "'5.1.2026' is not a date",
         "write it like 2026-05-01"),
        (["A,2026-01-05,2026-02-30,unemployed,basic,1,0"], "row 2, column end", "'2026-02-30' is not a date", "write"),
        (["A,2026-01-05,2206-02-02,unemployed,basic,1,0"], "row 2, column end", "2206-02-02 is after 2100", "the year"),
        (["A,2026-01-05,2026-01-05,unemployed,basic,1,0"], "row 2, column end", "2026-01-05 is not after the start",
         "the first day that is no longer part"),
        (["A,2026-01-05,2026-01-04,unemployed,basic,1,0"], "row 2, column end", "not after the start", "write"),
        (["A,2026-01-05,2026-02-02,unemployd,basic,1,0"], "row 2, column state", "'unemployd' is no state",
         "write unemployed"),
        (["A,2026-01-05,2026-02-02,unemployed,earning_related,1,0"], "row 2, column benefit",
         "'earning_related' is no benefit", "write earnings_related"),
        (["A,2026-01-05,2026-02-02,unemployed,,1,0"], "row 2, column benefit", "'' is no benefit",
         "use one of additional_days, basic, earnings_related, labour_market"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1.2,0"], "row 2, column utilisation", "'1.2' is not a number",
         "write 1 for the full amount"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,0,0"], "row 2, column utilisation", "'0' is not", "write 1"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,half,0"], "row 2, column utilisation", "'half' is not", "write 1"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,"], "row 2, column opening_counter",
         "is missing on the first spell of client A", "write the paid days before it"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,1.5"], "row 2, column opening_counter",
         "'1.5' is not a number of days", "write a whole number"),
        ([FIRST, "A,2026-02-02,2026-03-02,unemployed,basic,1,120"], "row 3, column opening_counter",
         "stands on a later spell of client A", "leave it empty: the counter is carried from row 2"),
        ([FIRST, "A,2026-02-01,2026-03-02,unemployed,basic,1,"], "row 3, column start",
         "2026-02-01 is before the end of row 2 on 2026-02-02", "let one spell end where the next begins"),
        ([FIRST, "A,2026-02-02,2026-03-02,outside,basic,,"], "row 3, column benefit",
         "stands on a spell of outside, which has no benefit", "leave it empty"),
        ([FIRST, "A,2026-02-02,2026-03-02,gone,,1,"], "row 3, column utilisation", "stands on a spell of gone", ""),
        ([FIRST, "A,2026-02-02,2026-03-02,gone,,,", "A,2026-03-02,2026-04-02,unemployed,basic,1,"],
         "row 4, column start", "client A does not come back from gone, row 3", "write outside for an absence"),
        ([FIRST, "A,2026-02-02,2026-03-02,disability_pension,,,", "A,2026-03-02,2026-04-02,short_work,,,"],
         "row 4, column start", "client A does not come back from disability_pension, row 3", "write outside"),
        (["A,2014-12-30,2026-02-02,unemployed,basic,1,0"], "row 2, column start", "2014-12-30 is before the law tree's",
         "begin on 2015-01-01 with the counter of that day"),
    ],
)
def test_a_faulty_row_is_told_in_one_line(read, lines, where, fault, mend):
    with pytest.raises(InputError) as told:
        read(*lines)
    assert told.value.file.endswith("history.csv") and told.value.where == where
    assert fault in told.value.fault and mend in told.value.mend


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("A,2026-01-05,2026-02-02,unemployed,labour_market,1,0,300", "labour_market, which has no maximum"),
        ("A,2026-01-05,2026-02-02,unemployed,basic,1,0,0", "0 is no number of days"),
        ("A,2026-01-05,2026-02-02,outside,,,0,300", "stands on a spell of outside"),
    ],
)
def test_a_maximum_stands_where_there_is_one(read, line, fault):
    with pytest.raises(InputError, match=fault):
        read(line, header=HEADER + ",maximum_days")


@pytest.mark.parametrize(
    ("lines", "where", "fault", "mend"),
    [
        (["A,2026-01-05,2026-02-02,outside,,,0,,,1,,"], "row 2, column accrues", "stands on a spell of outside",
         "leave it empty"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,0,,,2,,"], "row 2, column accrues", "'2' is no accrues",
         "use one of 0, 0.5, 1"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,0,,,,maybe,"], "row 2, column home", "'maybe' is no home",
         "use one of no, yes"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,0,,,,,2026-13"], "row 2, column billed_from",
         "'2026-13' is not a month", "write it like 2025-10"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,0,,,,,3026-01"], "row 2, column billed_from", "after 2100",
         "correct the year"),
        (["A,2026-01-05,2026-02-02,unemployed,basic,1,0,,-3,,,"], "row 2, column opening_labour_market",
         "'-3' is less than no days", "write 0 or more"),
        ([LATER, "A,2026-02-02,2026-03-02,unemployed,basic,1,,,50,,,"], "row 3, column opening_labour_market",
         "stands on a later spell of client A", "carried from row 2"),
        ([LATER, "A,2026-01-05,2026-01-12,correction,,,,,,,,"], "row 3, column billed_from", "is missing on",
         "write the month"),
        ([LATER, "A,2026-01-05,2026-01-12,correction,basic,,,,,,,2026-03"], "row 3, column benefit",
         "stands on a correction", "leave it empty"),
        ([LATER, "A,2026-01-05,2026-01-12,correction,,,,,,,,2025-12"], "row 3, column billed_from",
         "2025-12 is before the days", "write the month"),
        ([LATER, "A,2026-03-02,2026-03-09,correction,,,,,,,,2026-04"], "row 3, column start",
         "no benefit of client A lies between 2026-03-02 and 2026-03-09", "an earlier spell"),
        ([LATER, "A,2026-01-05,2026-01-12,corection,,,,,,,,2026-04"], "row 3, column state", "'corection' is no state",
         "write correction"),
        ([LATER, "B,2026-01-05,2026-01-12,correction,,,,,,,,2026-04"], "row 3, column client", "B has no spell",
         "correct the name"),
        ([LATER, "A,2026-01-05,2026-01-12,correction,,,,,,,,2026-04",
          "A,2026-01-09,2026-01-16,correction,,,,,,,,2026-04"],
         "row 4, column start", "2026-01-09 is taken back in row 3 already", "let one correction end"),
    ],
)
def test_a_fault_in_a_column_that_may_be_left_out_is_told_in_one_line(read, lines, where, fault, mend):
    with pytest.raises(InputError) as told:
        read(*lines, header=",".join((HEADER, *OPTIONAL)))
    assert told.value.where == where and fault in told.value.fault and mend in told.value.mend


def test_a_log_of_states_without_benefit_has_no_stretches(read):
    states = ["short_work", "lasting_work", "outside", "sickness", "rehabilitation", "subsidised_work",
              "subsidised_work_exception", "disability_pension", "gone"]
    rows = [f"A,2026-{place + 1:02}-01,2026-{place + 2:02}-01,{state},,,{'' if place else 0}"
            for place, state in enumerate(states)]
    assert len(read(*rows)) == 0


def test_the_counter_stands_still_in_rehabilitation(read):
    history = read("A,2026-01-05,2026-01-12,unemployed,basic,1,98", "A,2026-01-12,2026-03-02,rehabilitation,,,",
                   "A,2026-03-02,2026-03-04,unemployed,basic,1,", "A,2026-03-04,2026-04-01,disability_pension,,,")
    assert history.log["counter"].tolist() == [98, 103]  # five days of January, and none after them


def test_an_unknown_column_is_told_with_the_nearest_right_one(read):
    with pytest.raises(InputError, match=r"column maximum_day: unknown column\. Mend: write maximum_days"):
        read(FIRST + ",300", header=HEADER + ",maximum_day")
