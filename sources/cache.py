"""The last whole answer of a service to a table's query, kept so that it can be used again without a network.

One file a table: what was asked, where and when, and each answer with its SHA-256. It is replaced in one step, and only
when all answers have come. A file that was spoilt since is told and never used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sources.errors import InputError
from sources.files import Strict, read_bytes, written_whole
from sources.pxweb import Answer, Selection

MEND = "fetch the table again with a network"


class _Part(Strict):
    """One answer, and the SHA-256 of its text."""

    url: str
    query: dict[str, Any] | None
    sha256: str
    content: str


class _Record(Strict):
    """Schema of a cache file."""

    fetched: date
    url: str
    wanted: Selection
    parts: list[_Part]


@dataclass(frozen=True)
class Kept:
    """Answers, and the day they came."""

    fetched: date
    answers: list[Answer]


def keep(path: Path, wanted: Selection, answers: list[Answer], today: date) -> None:
    """Put *answers* to *wanted*, the first of which came from the table's address, into *path*.

    Raises
    ------
    InputError : the file cannot be written; it is as it was.
    """
    parts = [_Part(url=answer.url, query=answer.query, sha256=_digest(answer.content), content=answer.content.decode())
             for answer in answers]
    record = _Record(fetched=today, url=answers[0].url, wanted=wanted, parts=parts)
    with written_whole(path, "copy the data folder and use --data") as draft:
        draft.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")


def recall(path: Path, url: str, wanted: Selection) -> Kept:
    """What `keep` put into *path* in answer to *wanted* at *url*.

    Raises
    ------
    InputError : nothing is kept, it answers another question, or it is not what was kept.
    """
    if not path.exists():
        raise InputError(path, "", "no answer of the service is kept", MEND)
    try:
        record = _Record.model_validate_json(read_bytes(path))
    except ValidationError:
        raise InputError(path, "", "is not what was kept", MEND) from None
    if (record.url, record.wanted) != (url, wanted):
        raise InputError(path, "", "answers another selection than tables.yaml makes now", MEND)
    answers = [Answer(part.url, part.query, part.content.encode()) for part in record.parts]
    for place, (answer, part) in enumerate(zip(answers, record.parts, strict=True), start=1):
        if _digest(answer.content) != part.sha256:
            raise InputError(path, f"answer {place}", "is not what was kept: its SHA-256 differs", MEND)
    return Kept(record.fetched, answers)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
