"""What a briefing is made of, whatever it is told as."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from reports.style import svg


@dataclass(frozen=True)
class Heading:
    """A heading of a section."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; the *lead* is what everybody reads."""

    text: str
    lead: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[str, ...]
    kind: str = "points"


@dataclass(frozen=True)
class Table:
    """A table: the first column is text to the left, the others to the right unless they stand in ``texts``."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: tuple[int, ...] = (0,)
    note: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A chart as SVG; ``told`` says what it shows to those who cannot see it; ``width`` is its share of the page's."""

    svg: str
    told: str
    width: float = 1.0
    kind: str = "picture"


@dataclass(frozen=True)
class Break:
    """What follows begins on a page of its own, where there are pages."""

    kind: str = "break"


@dataclass(frozen=True)
class Briefing:
    """A briefing.

    Attributes
    ----------
    made : pairs of what it was made of: question, author, run …
    foot : of every page.
    """

    title: str
    language: str
    made: tuple[tuple[str, str], ...]
    blocks: Sequence[Any]
    foot: str


def picture(figure: Figure, width: float = 1.0) -> Picture:
    """*figure* as a block, told by its title."""
    return Picture(svg(figure), figure.texts[0].get_text().replace("\n", " "), width)


def cut(words: str, longest: int) -> str:
    """*words* on one line, at most as long as *longest*; what is cut shows.

    >>> cut("a  b", 9), cut("abcdef", 4)
    ('a b', 'abc…')
    """
    plain = re.sub(" +", " ", "".join(each if each.isprintable() else " " for each in words))
    return plain if len(plain) <= longest else f"{plain[:longest - 1]}…"
