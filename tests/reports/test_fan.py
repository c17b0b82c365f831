"""The fan chart holds the frame's numbers, its sentence claims what they support, and its file is whole or absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from reports.charts.fan import fan_chart, finding
from sources.errors import InputError

ARREARS = "Kela laskutti takautuvia päiviä"


def drawn(months: pd.DataFrame, years: pd.DataFrame, **changes) -> Figure:
    given = {"title": finding(years), "source": "Kela", "date": date(2026, 11, 24), "band": "Väli sisältää sattuman."}
    return fan_chart(months, years=years, **{**given, **changes})


def line(figure: Figure, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Month numbers and millions of euros of the line called *label*."""
    found = next(line for line in figure.axes[0].get_lines() if line.get_label() == label)
    return np.asarray(found.get_xdata()), np.asarray(found.get_ydata())


def bands(figure: Figure) -> dict[str, tuple[float, float, float, float]]:
    """Extent of each band: first month, lowest, last month, highest."""
    paths = {band.get_label().replace("\u00a0", " "): band.get_paths()[0].get_extents()
             for band in figure.axes[0].collections}
    return {name: (box.x0, box.y0, box.x1, box.y1) for name, box in paths.items()}


def texts(figure: Figure) -> list[str]:
    return [text.get_text().replace("\u00a0", " ") for text in figure.findobj(Text) if text.get_text()]


def with_last(years: pd.DataFrame, median: float, p10: float, p90: float) -> pd.DataFrame:
    """*years* whose total of 2028 is another, in M€."""
    changed = years.copy()
    last = (years["year"] == 2028) & (years["line"] == "total")
    changed.loc[last, ["median", "p10", "p90"]] = [median * 1e6, p10 * 1e6, p90 * 1e6]
    return changed


@pytest.mark.parametrize(("last", "expected"), [
    ((28.9, 27.1, 31.9), "Kuntaosuus nousee 27,0 M€:sta (2026) 28,9 M€:oon (2028), 80 %:n väli 27,1–31,9 M€"),
    ((25.1, 23.0, 26.9), "Kuntaosuus laskee 27,0 M€:sta (2026) 25,1 M€:oon (2028), 80 %:n väli 23,0–26,9 M€"),
    ((28.9, 26.1, 31.9), "Kuntaosuus pysyy tasolla 27,0–28,9 M€ (2026–2028), suunta ei erotu: "
                         "80 %:n väli 26,1–31,9 M€ (2028)"),
    ((28.9, 27.0, 31.9), "Kuntaosuus pysyy tasolla 27,0–28,9 M€ (2026–2028), suunta ei erotu: "
                         "80 %:n väli 27,0–31,9 M€ (2028)"),  # at the interval's end is not outside it
])
def test_a_finding_claims_a_direction_only_outside_the_interval(years: pd.DataFrame, last, expected: str) -> None:
    assert finding(with_last(years, *last)).replace("\u00a0", " ") == expected


def test_a_finding_of_one_year_and_of_a_small_municipality(years: pd.DataFrame) -> None:
    alone = years[years["year"] == 2026]
    assert finding(alone).replace("\u00a0", " ") == "Kuntaosuus 2026: 27,0 M€, 80 %:n väli 26,5–27,4 M€"
    small = alone.assign(**(alone[["median", "p10", "p90"]] / 50))
    assert finding(small).replace("\u00a0", " ") == "Kuntaosuus 2026: 0,54 M€, 80 %:n väli 0,53–0,55 M€"


def test_lines_and_bands_are_the_frame(months: pd.DataFrame, years: pd.DataFrame) -> None:
    months = months.assign(p25=months["median"] - 1e5, p75=months["median"] + 1e5)
    figure = drawn(months, years)
    at, euros = line(figure, "Toteuma")
    assert at[0] == 2025 * 12 + 9 and at[-1] == 2026 * 12 + 7  # month numbers of 10/2025 and 8/2026
    np.testing.assert_allclose(euros, 2.0 + 0.01 * np.arange(11))
    at, euros = line(figure, "Ennuste, mediaani")
    assert at[0] == 2026 * 12 + 8 and at[-1] == 2028 * 12 + 11
    np.testing.assert_allclose(euros, 2.0 + 0.01 * np.arange(11, 39))
    assert bands(figure)["80 %:n väli (10–90 %)"] == pytest.approx((24320, 1.91, 24347, 2.58))
    assert bands(figure)["50 %:n väli (25–75 %)"] == pytest.approx((24320, 2.01, 24347, 2.48))


def test_only_the_outer_band_without_quartiles(months: pd.DataFrame, years: pd.DataFrame) -> None:
    assert list(bands(drawn(months, years))) == ["80 %:n väli (10–90 %)"]


def test_what_is_written_on_it(months: pd.DataFrame, years: pd.DataFrame) -> None:
    notes = {"2025-11": ARREARS, "2025-10": ARREARS, "2024-01": "ei näy"}
    written = texts(drawn(months, years, notes=notes, title="Nousee 1 $ ja 2 $"))
    for expected in ("Nousee 1 $ ja 2 $", "viimeisin toteuma 8/2026", "1)", "2026: 27,0 M€",
                     "80 %: 26,5–27,4 M€\ntoteumaa 8 kk", "2028: 28,9 M€", "80 %: 27,1–31,9 M€"):
        assert expected in written
    footer = next(text for text in written if "Lähde" in text)
    assert f"1) 10/2025–11/2025: {ARREARS}\nVäli sisältää sattuman.\n" in footer
    assert "kustannus positiivinen.\nLähde: Kela. Laadittu 24.11.2026." in footer and "ei näy" not in footer
    assert not any(text.startswith("2025: ") for text in written)  # no budget year 2025 was given


def test_a_last_year_that_ends_early_says_so(months: pd.DataFrame, years: pd.DataFrame) -> None:
    written = texts(drawn(months[months["month"] <= "2028-06"], years))
    assert "1–6/2028: 28,9 M€" in written and "2027: 28,0 M€" in written


@pytest.mark.parametrize(("first", "last"), [("2025-10", "2028-12"), ("2026-08", "2028-12"), ("2026-08", "2026-10"),
                                             ("2025-10", "2031-08")])
def test_no_text_covers_another_or_leaves_the_page(months_until: Callable[[str], pd.DataFrame], years: pd.DataFrame,
                                                   first: str, last: str) -> None:
    months = months_until(last)
    figure = drawn(months[months["month"] >= first], years, notes={"2025-10": ARREARS})
    figure.canvas.draw()  # lays the legend out
    boxes = [(text.get_text(), text.get_window_extent()) for text in figure.findobj(Text)
             if text.get_text().strip() and text.get_visible()]
    page = figure.bbox
    assert len(boxes) > 10
    for name, box in boxes:
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, name
    assert [(one, two) for (one, a), (two, b) in combinations(boxes, 2) if a.overlaps(b)] == []


def test_one_observed_month_is_enough(months: pd.DataFrame, years: pd.DataFrame) -> None:
    figure = drawn(months[months["month"] >= "2026-08"], years)
    at, euros = line(figure, "Toteuma")
    assert at.tolist() == [2026 * 12 + 7] and euros.tolist() == pytest.approx([2.1])


@pytest.mark.parametrize("kind", ["observed", "forecast"])
def test_both_kinds_of_months_are_needed(months: pd.DataFrame, years: pd.DataFrame, kind: str) -> None:
    with pytest.raises(InputError, match=f"months: column kind: holds no {kind} month"):
        drawn(months[months["kind"] != kind], years)
