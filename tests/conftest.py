"""A small budget and operating plan with round numbers, as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

BUDGET = """\
years:
  2026:
    benefit_share:
      original: {value: 24000000, unit: €/year, source: council, status: verified}
      amended:
        - {date: 2026-09-14, decision: § 90, value: 26500000, unit: €/year, source: council, status: verified}
        - {date: 2026-06-15, decision: § 70, value: 25000000, unit: €/year, source: council, status: verified}
    operating:
      original: {value: 12000000, unit: €/year, source: council, status: estimate}
income:
  state_compensation:
    title: Korvaus
    base: {value: 6000000, unit: €/year, source: decision, status: verified}
    index: {2026: {value: 1.02, unit: factor, source: index, status: derived}}
"""
FLAT = "{value: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], timing: 0.0, unit: weight, source: x, status: verified}"
SKEW = "{value: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3], timing: 0.5, unit: weight, source: x, status: verified}"
PLAN = f"""\
staff:
  pattern: {FLAT}
  pay_index: {{2026: {{value: 1.02, unit: factor, source: x, status: verified}}}}
  units:
    first:
      title: Ensi
      staff: {{value: 10, unit: FTE, source: x, status: verified}}
      cost: {{value: 60000, unit: €/FTE/year, source: x, status: verified}}
price_index: {{2026: {{value: 1.10, unit: factor, source: x, status: verified}}}}
lines:
  purchases:
    title: Ostot
    yearly: {{value: 1000000, unit: €/year, source: x, status: estimate, range: [800000, 1200000]}}
    pattern: {SKEW}
"""
Change = Callable[[str], str]


def _unchanged(text: str) -> str:
    return text


@pytest.fixture
def write_books(tmp_path: Path) -> Callable[..., Path]:
    """Writes budget.yaml and operating.yaml, each changed as asked, and returns their folder."""
    def write(budget: Change = _unchanged, plan: Change = _unchanged, folder: Path = tmp_path) -> Path:
        (folder / "budget.yaml").write_text(budget(BUDGET), encoding="utf-8")
        (folder / "operating.yaml").write_text(plan(PLAN), encoding="utf-8")
        return folder
    return write
