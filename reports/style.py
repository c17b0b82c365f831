"""How every chart looks: one style sheet, one page with title, legend, axes and footer, one way to save it.

A chart is a function under ``@styled`` that makes a ``Page``, draws into its axes and returns ``page.figure``. Title
and footer are wrapped here and have room of their own, in inches, whatever the size of the figure; the title says the
finding, the footer unit, source and date. ``save`` writes PNG, SVG or PDF, the same bytes for the same figure.
"""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from textwrap import TextWrapper
from typing import Any, NamedTuple

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reports.language import text
from reports.numbers import day
from sources.errors import InputError
from sources.files import written_whole

SHEET = Path(__file__).with_name("kuntaosuus.mplstyle")
WIDTH, HEIGHT = 11.0, 6.0  # inches, unless a chart needs more
INK, PALE, RULE, NOTED, GREY = "#222222", "#555555", "#bbbbbb", "#f0ece2", "#999999"
MEDIAN, WIDE, NARROW = "#0072b2", "#d3e5f2", "#9cc5e2"
"""Of a forecast: its line, its 80 % and its 50 % interval; blue among greys."""
LIMIT = "#d55e00"
"""Vermilion, told from the blue by the colour-blind: limits, and what costs more."""


class Look(NamedTuple):
    """How one of several series is drawn: told apart by colour, by line and marker, and as an area by hatch."""

    colour: str
    line: Any
    marker: str
    hatch: str


LOOKS = (Look("#0072b2", "-", "o", ""), Look("#d55e00", (0, (5, 1.5)), "s", "///"),
         Look("#009e73", (0, (7, 2, 1.5, 2)), "^", "..."), Look("#cc79a7", (0, (1.5, 1)), "D", "\\\\\\"),
         Look("#e69f00", (0, (3, 1, 1, 1, 1, 1)), "v", "xxx"), Look("#56b4e9", (0, (9, 2)), "P", "---"),
         Look("#222222", (0, (5, 1, 1, 1)), "X", "|||"), Look("#999999", (0, (2, 2)), "*", "+++"))
"""The palette's eight colours, in the order of the style sheet."""

EDGE, LINE, FOOT_LINE = 0.6, 0.25, 0.165  # inches: margin left and right; a line of the title, of the footer
MOST_TITLE_LINES, MOST_FOOT_LINES = 3, 8
TITLE_CHARACTERS, FOOT_CHARACTERS = 9.6, 14.0  # an inch


def styled(chart: Callable[..., Figure]) -> Callable[..., Figure]:
    """*chart* drawn under the style sheet, whatever the caller's settings are."""

    @functools.wraps(chart)
    def drawn(*arguments: Any, **options: Any) -> Figure:
        with matplotlib.style.context(["default", SHEET]):
            return chart(*arguments, **options)

    return drawn


@dataclass(frozen=True)
class Page:
    """A figure with its title and footer; ``top`` and ``bottom`` are the inches, from its foot, left between them."""

    figure: Figure
    width: float
    height: float
    top: float
    bottom: float

    def axes(self, left: float = EDGE, right: float = EDGE, above: float = 0.3, below: float = 0.35) -> Axes:
        """Axes with margins in inches from the sides of the page, the title and the footer."""
        return self.panels(1, left, right, above, below)[0]

    def panels(self, count: int, left: float = EDGE, right: float = EDGE, above: float = 0.3, below: float = 0.35,
               gap: float = 0.3) -> list[Axes]:
        """*count* axes side by side, *gap* inches between them."""
        width = (self.width - left - right - gap * (count - 1)) / count
        return [self.figure.add_axes(((left + place * (width + gap)) / self.width, (self.bottom + below) / self.height,
                                      width / self.width, (self.top - above - self.bottom - below) / self.height))
                for place in range(count)]

    def legend(self, *drawn: Any, ncols: int = 4, **options: Any) -> None:
        """A legend right below the title, its words as small as the width asks.

        *drawn* are handles and labels, by default those of the first axes.
        """
        handles = drawn or self.figure.axes[0].get_legend_handles_labels()
        left = (EDGE - 0.05) / self.width
        made = self.figure.legend(*handles, loc="upper left", ncols=ncols, borderaxespad=0, borderpad=0.2,
                                  bbox_to_anchor=(left, self.top / self.height), **options)
        room = self.figure.bbox.width * (1 - left - EDGE / 2 / self.width)
        if (wide := made.get_window_extent().width) > room:
            for words in made.get_texts():
                words.set_fontsize(float(words.get_fontsize()) * room / wide)


def page(title: str, notes: Sequence[str], *, source: str, date: Date, size: tuple[float, float] = (WIDTH, HEIGHT)
         ) -> Page:
    """An empty page.

    Parameters
    ----------
    title : the finding, in a sentence; what does not go into three lines is cut, and shows that it is.
    notes : lines of the footer, units among them; source and date follow.
    size : inches.
    """
    width, height = size
    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    room = width - 2 * EDGE
    head = _wrapped([title], room * TITLE_CHARACTERS, MOST_TITLE_LINES)
    made = f"{text('common.source', source=source)}. {text('common.made', date=day(date))}."
    foot = _wrapped([*filter(None, notes), made], room * FOOT_CHARACTERS, MOST_FOOT_LINES)
    figure.text(EDGE / width, 1 - 0.15 / height, "\n".join(head), size=12, weight="bold", va="top", linespacing=1.25)
    figure.text(EDGE / width, 0.12 / height, "\n".join(foot), size=8, color=PALE, va="bottom", linespacing=1.4)
    return Page(figure, width, height, height - 0.25 - LINE * len(head), 0.2 + FOOT_LINE * len(foot))


def _wrapped(parts: Sequence[str], characters: float, most: int) -> list[str]:
    """Lines of *parts*, each begun on a line of its own; of a part at most as many as *most*."""
    wrapper = TextWrapper(int(characters), max_lines=most, placeholder=" …", break_on_hyphens=False)
    return [line for part in parts for line in wrapper.wrap(part)]


def save(figure: Figure, path: Path) -> None:
    """Write *figure* as PNG, SVG or PDF, by the suffix of *path*, whole or not at all; its folder is made.

    Raises
    ------
    InputError : the file cannot be written.
    """
    if path.is_dir():
        raise InputError(path, "", "cannot be written (is a folder)", "give the name of a PNG, SVG or PDF file")
    with written_whole(path, "check its folder and rights") as draft:
        _write(figure, draft, path.suffix.removeprefix(".") or "png")


def svg(figure: Figure) -> str:
    """*figure* as SVG, to stand within another file."""
    memory = io.StringIO()
    _write(figure, memory, "svg")
    return memory.getvalue()


def _write(figure: Figure, target: Path | io.StringIO, kind: str) -> None:
    undated: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
    with matplotlib.style.context(["default", SHEET]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # an emoji in a scenario's title is drawn as a box
        figure.savefig(target, format=kind, metadata=undated or None)
