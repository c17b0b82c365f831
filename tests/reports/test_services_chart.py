"""The services chart: the months' figures, the main contracts with their places, and the sentence above."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from reports.charts.services import services_chart, services_finding

UNITS = {"first": "Ensipalvelut", "second": "Toinen"}
MONTHS = ["2026-11", "2026-12", "2027-01"]


@pytest.fixture
def casework() -> pd.DataFrame:
    """The second unit is the busier; it has no statutory meetings."""
    return pd.DataFrame([
        {"month": month, "unit": unit, "utilisation": busy, "late_statutory": late, "late_discretionary": 2.0}
        for month in (*MONTHS, "total") for unit, busy, late in (("first", 0.5, 0.25), ("second", 0.96, np.nan))])


def test_panels_hold_the_months_and_the_places_of_the_largest_contracts(casework):
    flow = pd.DataFrame([{"month": month, "contract": f"c{each}", "inside": 10.0 * each, "places": 12.0 * each}
                         for month in MONTHS for each in range(8)])
    costs = pd.DataFrame([{"contract": f"c{each}", "title": f"Sopimus {each}", "inside": 10.0 * each}
                          for each in range(8)] + [{"contract": "total", "title": "Yhteensä", "inside": 280.0}])
    figure = services_chart(casework, flow, costs, units=UNITS, title="t", source="Kela", date=date(2026, 11, 24))
    busy, late, other, services = figure.axes
    drawn = {line.get_label(): line.get_ydata().tolist() for line in busy.get_lines()}
    assert drawn == {"Ensipalvelut": [50.0] * 3, "Toinen": [96.0] * 3}
    assert late.get_lines()[0].get_ydata().tolist() == [0.25] * 3 and other.get_ylim()[0] == 0
    named = [line for line in services.get_lines() if not line.get_label().startswith("_")]
    assert [line.get_label() for line in named] == [f"Sopimus {each}" for each in (7, 6, 5, 4, 3)]
    assert len(services.get_lines()) == 10
    assert [label.get_text() for label in services.get_xticklabels()] == ["11/2026", "1/2027"]


def test_the_sentence_names_the_busiest_unit_and_no_lateness_where_nobody_met(casework):
    assert services_finding(casework, UNITS).replace("\u00a0", " ") == (
        "Kiireisin yksikkö on Toinen: käyttöaste 96 %, lakisääteinen tapaaminen myöhässä keskimäärin – pv, "
        "muu 2,0 pv")
