"""The budget file: which figure holds, what a fault says, and months that sum to the year."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.money.budget import phased, read_budget
from sources.errors import InputError


def test_the_newest_amendment_holds_whatever_its_place(write_books):
    share = read_budget(write_books() / "budget.yaml").years[2026].benefit_share
    assert float(share.original) == 24e6
    assert float(share.current) == 26.5e6 and share.amendment.decision == "§ 90"


def test_an_object_without_amendment_keeps_its_original(write_books):
    operating = read_budget(write_books() / "budget.yaml").years[2026].operating
    assert operating.amendment is None and float(operating.current) == 12e6


def test_income_is_its_base_moved_by_the_index(write_books):
    # 6 000 000 × 1.02
    assert read_budget(write_books() / "budget.yaml").income["state_compensation"].euros(2026) == 6_120_000.00


def test_the_basis_of_the_benefit_share_is_two_months_or_none(write_books):
    assert read_budget(write_books() / "budget.yaml").years[2026].benefit_share.basis is None
    folder = write_books(lambda text: text.replace("share:\n", "share:\n      basis: [2025-02, 2025-09]\n"))
    assert read_budget(folder / "budget.yaml").years[2026].benefit_share.basis == ["2025-02", "2025-09"]


def test_every_figure_has_unit_source_and_status(write_books):
    figures = dict(read_budget(write_books() / "budget.yaml").figures())
    assert set(figures) == {"budget.2026.benefit_share", "budget.2026.benefit_share.2026-06-15",
                            "budget.2026.benefit_share.2026-09-14", "budget.2026.operating",
                            "budget.income.state_compensation", "budget.income.state_compensation.2026"}
    assert all(each.unit and each.source and each.status for each in figures.values())


@pytest.mark.parametrize(("old", "new", "words"), [
    ("benefit_share:", "benefit_shar:", ["key years.2026.benefit_shar, line 3", "unknown key", "write benefit_share"]),
    ("value: 24000000", "vaule: 24000000", ["original.vaule, line 4", "unknown key", "write value"]),
    ("unit: €/year, source: council, status: estimate", "unit: 1000 €, source: council, status: estimate",
     ["operating.original.unit, line 9", "€/year"]),
    ("value: 12000000", "value: '12000,5'", ["operating.original.value, line 9", "12000,5"]),
    ("value: 12000000", "value: -12000000", ["operating.original.value, line 9", "greater than or equal to 0"]),
    ("value: 12000000", "value: [1, 2]", ["operating.original.value, line 9"]),
    ("status: estimate}\nincome", "status: sure}\nincome",
     ["operating.original.status, line 9", "'sure' is not known", "use one of derived, estimate, recalled, verified"]),
    ("status: estimate}\nincome", "status: estimate, range: [1, 2]}\nincome",
     ["operating.original, line 9", "outside its range"]),
    ("2026-06-15", "2026-09-14", ["benefit_share.amended, line 5", "two amendments are dated 2026-09-14"]),
    ("2026-06-15", "15.6.2026", ["amended.1.date, line 7", "not a date written like 2025-01-31"]),
    ("decision: § 70, ", "", ["amended.1.decision", "is missing"]),
    ("    benefit_share:\n", "    benefit_share:\n      basis: [2025-9, 2025-12]\n",
     ["key years.2026.benefit_share.basis.0, line 4", "2025-9"]),
    ("    benefit_share:\n", "    benefit_share:\n      basis: [2025-09, 2025-02]\n",
     ["benefit_share.basis, line 4", "the first month, 2025-09, is after the last, 2025-02"]),
    ("    benefit_share:\n", "    benefit_share:\n      basis: [2025-09]\n",
     ["benefit_share.basis, line 4", "2 items"]),
    ("    benefit_share:\n", "    benefit_share:\n      basis: 2025-09\n", ["benefit_share.basis, line 4", "list"]),
    ("    benefit_share:\n", "    benefit_share:\n      basis: [2026-02, 2027-01]\n",
     ["years.2026.benefit_share.basis ends in 2027-01, after the year itself"]),
    ("    operating:\n", "    operating:\n      basis: [2025-02, 2025-09]\n",
     ["operating.basis, line 9", "unknown key"]),
    ("    index: {2026:", "    index: {2027:", ["income.state_compensation.index has no year 2026"]),
    ("  2026:\n    benefit", "  26:\n    benefit", ["key years.26"]),
    ("income:", "years:", ["key years, line 10", "stands twice"]),
    ("    operating:\n      original: {value: 12000000, unit: €/year, source: council, status: estimate}\n", "",
     ["key years.2026.operating, line 2", "is missing"]),
])
def test_a_fault_is_named_by_key_and_line(old, new, words, write_books):
    folder = write_books(budget=lambda text: text.replace(old, new, 1))
    with pytest.raises(InputError) as fault:
        read_budget(folder / "budget.yaml")
    told = str(fault.value)
    assert "budget.yaml" in told and "Mend: " in told and "\n" not in told
    assert all(word in told for word in words), told


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b"- 1\n- 2\n", b"years\n", b"\x00"])
def test_a_file_that_is_no_budget_is_one_line(content, tmp_path):
    (tmp_path / "budget.yaml").write_bytes(content)
    with pytest.raises(InputError, match="Mend: "):
        read_budget(tmp_path / "budget.yaml")


def test_a_folder_in_its_place_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_budget(tmp_path)


def test_a_byte_order_mark_is_no_fault(write_books):
    path = write_books() / "budget.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert 2026 in read_budget(path).years


@given(cents=st.integers(0, 10**10), shares=st.lists(st.floats(0.01, 10), min_size=12, max_size=12))
def test_phased_months_sum_to_the_year_to_the_cent_and_follow_the_shares(cents, shares):
    months = phased(cents / 100, np.array(shares))
    assert sum(round(month * 100) for month in months) == cents
    assert months == pytest.approx(cents / 100 * np.array(shares) / sum(shares), abs=0.0101)


def test_phasing_by_hand():
    # 1 000.00 in proportions 1 : 1 : 4 is 166.67, 333.33 - 166.67 = 166.66, 666.67
    assert phased(1000.0, np.array([1.0, 1.0, 4.0])).tolist() == [166.67, 166.66, 666.67]
