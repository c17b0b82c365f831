"""Client of a PxWeb statistics service (version 1 of its interface): a table's variables by GET, its numbers by POST.

The service limits the cells of a query and the requests in a time. So a query is split until each part is small enough,
and requests wait for their turn. A busy service, a broken connection or a spoilt answer is tried again, each time after
a longer pause; what cannot be mended by waiting is told at once. Redirects are not followed: a table that has moved is
news, and an answer from elsewhere is not the service's. Certificates are always checked.
"""

from __future__ import annotations

import math
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

import httpx
from pydantic import Field

from sources.errors import InputError, nearest
from sources.files import Strict
from sources.jsonstat import parse

BUSY = (408, 425, 429, 500, 502, 503, 504)
TOO_LARGE = (403, 413)
HALVINGS = 4  # of a part that keeps the known limit and is still refused; then the refusal means something else
FIRST_PAUSE = 1.0  # seconds; doubles with each attempt
WILDCARD = "*"
CHANCE = secrets.SystemRandom()
LATER = "try again later; until then the stored files serve"

Selection = dict[str, list[str]]
Positive = Annotated[float, Field(gt=0)]
AtLeastOne = Annotated[int, Field(ge=1)]


class Service(Strict):
    """A PxWeb service: its address, the limits it sets (cells of a query, requests within a window), our patience."""

    url: Annotated[str, Field(pattern=r"^(https://|http://127\.0\.0\.1:)\S+[^/\s]$")]
    cells: AtLeastOne
    requests: AtLeastOne
    window_seconds: Positive
    attempts: AtLeastOne
    read_seconds: Positive
    total_seconds: Positive
    wait_seconds: Positive
    megabytes: Positive


@dataclass(frozen=True)
class Answer:
    """What the service sent: *content* is JSON, unpacked, in answer to *query* at *url*; without one, variables."""

    url: str
    query: dict[str, Any] | None
    content: bytes


class _Refused(Exception):
    """The service finds a query too large."""


class _Busy(Exception):
    """A fault that may pass; *pause* is how long the service asks to wait, in seconds."""

    def __init__(self, fault: str, pause: float = 0.0) -> None:
        super().__init__(fault)
        self.pause = pause


class PxWeb:
    """A connection to *service*, to be used as a context manager.

    Parameters
    ----------
    clock : seconds that never run backwards.
    sleep : waits for so many seconds.
    jitter : numbers from 0 to 1 that stretch pauses, so that clients who failed together do not return together. They
        shape waiting and never a figure; so they need not come from the keyed streams.
    """

    def __init__(self, service: Service, *, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep,
                 jitter: Callable[[], float] = CHANCE.random) -> None:
        self.service = service
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._sent = deque[float](maxlen=service.requests)
        self._http = httpx.Client(timeout=service.read_seconds, headers={"User-Agent": "kuntaosuus"})

    def __enter__(self) -> PxWeb:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch(self, table: str, wanted: Selection, progress: Callable[[int, int], None]) -> list[Answer]:
        """The numbers of *table*: its variables, then as many parts as the limit of cells needs.

        Parameters
        ----------
        table : path of the table below the service's address.
        wanted : values by code of the variable; "*" takes all there are.
        progress : told requests done and requests in all.

        Raises
        ------
        InputError : a variable or value that the table does not have, a service that cannot be reached or does not
            answer as it should after all attempts, or an answer that is too large.
        """
        url = f"{self.service.url}/{table}"
        described = self._request(url, None)
        selection = resolve(wanted, described)
        parts = [(part, 0) for part in split(selection, self.service.cells)]
        answers = [described]
        while parts:
            progress(len(answers), len(answers) + len(parts))
            part, halved = parts.pop(0)
            try:
                answers.append(self._request(url, as_query(part)))
            except _Refused as refused:
                if halved == HALVINGS or cells_of(part) == 1:
                    raise InputError(url, "", f"{refused}, even for {cells_of(part)} cells",
                                     "see whether the service still takes such queries") from None
                parts[:0] = [(half, halved + 1) for half in _halves(part)]
        progress(len(answers), len(answers))
        return answers

    def _request(self, url: str, query: dict[str, Any] | None) -> Answer:
        """One answer, with as many attempts as it takes and the service's patience allows."""
        for attempt in range(1, self.service.attempts + 1):
            self._take_turn()
            try:
                return Answer(url, query, self._once(url, query))
            except _Busy as busy:
                if attempt == self.service.attempts:
                    raise InputError(url, "", f"{busy}, {attempt} times" if attempt > 1 else str(busy), LATER) from None
                if busy.pause > self.service.wait_seconds:
                    raise InputError(url, "", f"{busy}, and asks to wait for {busy.pause:.0f} s", LATER) from None
                pause = FIRST_PAUSE * 2 ** (attempt - 1) * (1 + self._jitter())
                self._sleep(min(max(pause, busy.pause), self.service.wait_seconds))
        raise AssertionError("attempts is at least 1")

    def _take_turn(self) -> None:
        """Wait until one more request keeps the service's limit, and note it."""
        if len(self._sent) == self.service.requests:
            early = self._sent[0] + self.service.window_seconds - self._clock()
            if early > 0:
                self._sleep(early)
        self._sent.append(self._clock())

    def _once(self, url: str, query: dict[str, Any] | None) -> bytes:
        """The content of one answer; _Busy when another attempt may do better, _Refused when the query is too large."""
        try:
            with self._http.stream("POST" if query else "GET", url, json=query) as answer:
                content = self._read(answer)
        except httpx.TimeoutException:
            raise _Busy(f"does not answer within {self.service.read_seconds:g} s") from None
        except httpx.ConnectError as fault:
            if "CERTIFICATE" in str(fault).upper():
                raise InputError(url, "", f"shows a certificate that is not trusted ({fault})",
                                 "ask who runs the network; SSL_CERT_FILE names a city's own certificates") from None
            raise _Busy(f"cannot be reached ({fault})") from None
        except httpx.RemoteProtocolError:
            raise _Busy("breaks off in the middle of its answer") from None
        except (httpx.TransportError, httpx.DecodingError) as fault:
            raise _Busy(f"cannot be read ({fault})") from None
        _explain_status(answer, content, url)
        kind = answer.headers.get("Content-Type", "nothing named")
        if "json" not in kind:
            raise _Busy(f"answers with {kind.partition(';')[0]} where JSON is due")
        try:
            parse(content, url)
        except InputError as fault:
            raise _Busy(f"answers with what {fault.fault}") from None
        return content

    def _read(self, answer: httpx.Response) -> bytes:
        """The answer's content, unpacked, while it keeps the limits of size and time."""
        started, content = self._clock(), bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > self.service.megabytes * 1e6:
                raise InputError(str(answer.url), "", f"answers with more than {self.service.megabytes:g} MB",
                                 "select less of the table in tables.yaml, or raise megabytes there")
            if self._clock() - started > self.service.total_seconds:
                raise _Busy(f"is not done after {self.service.total_seconds:g} s")
        return bytes(content)


def resolve(wanted: Selection, described: Answer) -> Selection:
    """*wanted* with every wildcard spelt out, in the table's order of variables.

    Raises
    ------
    InputError : the description is none, or the table lacks a variable or a value, or has one more variable that it
        does not add up by itself.
    """
    source = described.url
    try:
        variables = parse(described.content, source)["variables"]
        offered = {variable["code"]: [*map(str, variable["values"])] for variable in variables}
        added_up = {variable["code"] for variable in variables if variable.get("elimination")}
    except (TypeError, KeyError, AttributeError):
        raise InputError(source, "", "does not describe its variables",
                         "see whether the address in tables.yaml is that of a table") from None
    for code in wanted:
        if code not in offered:
            raise InputError(source, f"variable {code}", "is not in the table", nearest(code, offered))
    for code in offered:
        if code not in wanted and code not in added_up:
            raise InputError(source, f"variable {code}", "is not selected",
                             f"select some of its {len(offered[code])} values in tables.yaml")
    selection = {code: every if wanted[code] == [WILDCARD] else wanted[code]
                 for code, every in offered.items() if code in wanted}
    for code, values in selection.items():
        gone = [value for value in values if value not in offered[code]]
        if gone or not values:
            raise InputError(source, f"variable {code}", f"has no value {gone[0] if gone else 'at all'}",
                             f"change select.{code} in tables.yaml: municipalities merge, and codes end")
    return selection


def cells_of(selection: Selection) -> int:
    """Cells of a query."""
    return math.prod(len(values) for values in selection.values())


def split(selection: Selection, limit: int) -> list[Selection]:
    """Parts of *selection* of at most *limit* cells each, that together hold each cell once.

    >>> split({"Alue": ["SSS", "KU398"], "Kuukausi": ["1", "2", "3"]}, 4)
    [{'Alue': ['SSS', 'KU398'], 'Kuukausi': ['1']}, {'Alue': ['SSS', 'KU398'], 'Kuukausi': ['2', '3']}]
    """
    if cells_of(selection) <= limit:
        return [selection]
    return [part for half in _halves(selection) for part in split(half, limit)]


def _halves(selection: Selection) -> list[Selection]:
    """*selection* cut in two along its longest variable."""
    longest = max(selection, key=lambda code: len(selection[code]))
    values, middle = selection[longest], len(selection[longest]) // 2
    return [{**selection, longest: values[:middle]}, {**selection, longest: values[middle:]}]


def as_query(selection: Selection) -> dict[str, Any]:
    """The body of a POST: the chosen values, and the format of the answer."""
    chosen = [{"code": code, "selection": {"filter": "item", "values": values}} for code, values in selection.items()]
    return {"query": chosen, "response": {"format": "json-stat2"}}


def _explain_status(answer: httpx.Response, content: bytes, url: str) -> None:
    """Raise what the status of an *answer* means, unless it is 200."""
    status, said = answer.status_code, f"answers {answer.status_code} {answer.reason_phrase}".rstrip()
    if status == 200:
        return
    if status in BUSY:
        raise _Busy(said, _pause(answer.headers.get("Retry-After", "")))
    if status in TOO_LARGE and answer.request.method == "POST":
        raise _Refused(said)
    if answer.is_redirect:
        raise InputError(url, "", f"has moved to {answer.headers.get('Location', 'nowhere named')}",
                         "if that is right, correct the address in tables.yaml")
    if status == 404:
        raise InputError(url, "", "is not known to the service (404)", "correct the address or table in tables.yaml")
    told = " ".join(content[:200].decode("utf-8", "replace").split())
    raise InputError(url, "", f"{said}: {told}" if told else said, "correct the selection in tables.yaml")


def _pause(header: str) -> float:
    """Seconds that Retry-After asks for: a number, or a date."""
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without its zone
        return 0.0
