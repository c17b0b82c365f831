"""The language that reports speak: every message from one catalogue, numbers and dates by the locale.

Texts and numbers are asked for where they are used, ``text("fan.observed")`` and ``numbers.millions(x)``, and come in
the language that is being spoken: ``with speaking("en"): ...``, Finnish otherwise. So no chart or table takes a
language as an argument, and none can mix two.

The catalogue is ``messages/<topic>.yaml``: a key, and its text in each language, side by side. A text names what is
filled into it in braces, ``{year}``, the same names in every language. What is data (titles of scenarios, contracts
and units) is not translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter

from babel import Locale
from pydantic import RootModel, model_validator

from sources.errors import InputError
from sources.files import Strict, read_yaml

LANGUAGES = ("fi", "en")
MESSAGES = Path(__file__).with_name("messages")
_spoken: ContextVar[str] = ContextVar("language", default="fi")


class Message(Strict):
    """One text in every language."""

    fi: str
    en: str

    @model_validator(mode="after")
    def _same_fields(self) -> Message:
        if fields(self.fi) != fields(self.en):
            raise ValueError("the languages do not name the same fields in braces")
        return self


class Topic(RootModel[dict[str, Message]]):
    """A file of messages."""


def fields(pattern: str) -> set[str]:
    """Names that *pattern* wants filled in.

    >>> sorted(fields("{year}: {low} to {high}"))
    ['high', 'low', 'year']
    """
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak *language*, a key of LANGUAGES, within the block."""
    if language not in LANGUAGES:
        raise InputError("command line", f"option --lang {language}", "is no language of the reports",
                         f"write {' or '.join(LANGUAGES)}")
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language that is being spoken."""
    return _spoken.get()


def locale() -> Locale:
    """Its locale."""
    return _locale(spoken())


def text(key: str, **values: object) -> str:
    """The message *key*, ``topic.name``, with *values* filled in.

    >>> text("common.total"), text("common.made", date="4.11.2026")
    ('Yhteensä', 'Laadittu 4.11.2026')
    >>> with speaking("en"):
    ...     text("common.total")
    'Total'
    """
    topic, _, name = key.partition(".")
    return getattr(catalogue()[topic][name], spoken()).format(**values)


@cache
def catalogue() -> dict[str, dict[str, Message]]:
    """All messages by topic and name."""
    return {path.stem: read_yaml(path, Topic).root for path in sorted(MESSAGES.glob("*.yaml"))}


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
