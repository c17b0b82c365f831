"""The billing events: what ships, and each fault their file can have."""

from __future__ import annotations

from datetime import date

import pytest

from sources.billing import BILLING_EVENTS, read_billing_events
from sources.errors import InputError


def test_the_published_arrears_are_october_and_november_2025(data) -> None:
    events = read_billing_events(data)  # Kela via STT: 17.5 and about 12 million euros
    assert events.movers_billed_late.arrears == {"2025-10": 17.5, "2025-11": 12.0}
    assert events.movers_billed_late.benefit == "labour_market"
    assert events.old_law_tail.before == events.movers_billed_late.moved_from == date(2025, 1, 1)


@pytest.mark.parametrize(("old", "new", "told"), [
    ("moved_from:", "moved_form:", "unknown key. Mend: write moved_from"),
    ("2025-10: 17.5", "2025-10: 17,5", "arrears"),
    ("2025-10: 17.5", "2025-10: -1", "arrears"),
    ("2025-10: 17.5", "2025-13: 17.5", "2025-13"),
    ("{2025-10: 17.5, 2025-11: 12.0}", "{}", "arrears"),
    ("moved_from: 2025-01-01", "moved_from: 2025-02-30", "moved_from|line"),
    ("benefit: labour_market", "benefit: earnings_related", "benefit"),
])
def test_a_fault_names_file_and_key(edited, old, new, told) -> None:
    path = edited(BILLING_EVENTS, old, new)
    with pytest.raises(InputError, match=told) as fault:
        read_billing_events(path.parents[1])
    assert str(path) in str(fault.value) and "\n" not in str(fault.value)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"- a list\n", "arrears: å".encode("latin-1")])
def test_rubbish_is_told_in_one_line(copy, content) -> None:
    path = copy / BILLING_EVENTS
    path.write_bytes(content)
    with pytest.raises(InputError) as fault:
        read_billing_events(copy)
    assert str(path) in str(fault.value) and fault.value.mend


def test_a_missing_file_and_a_folder_in_its_place_are_told(copy) -> None:
    path = copy / BILLING_EVENTS
    path.unlink()
    with pytest.raises(InputError, match="missing"):
        read_billing_events(copy)
    path.mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_billing_events(copy)
