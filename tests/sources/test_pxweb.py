"""The real client against a server that speaks PxWeb: what it asks, how it waits, and what it makes of every fault."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import InputError
from sources.jsonstat import read_jsonstat
from sources.pxweb import Answer, PxWeb, Service, resolve, split
from tests.sources import pxweb_server as server_side
from tests.sources.pxweb_server import Server, Table, says, serving

TABLE = "tyonv/statfin_tyonv_pxt_12r5.px"
WANTED = {"Alue": ["KU398", "SSS"], "Kuukausi": ["*"], "Tiedot": ["TYOTTOMATLOPUSSA", "AVPAIKATLOPUSSA"]}
MONTHS = 214  # 2006M01 to 2023M10
CITIES = "statfin/statfin_tyonv_12r5_cities_2006M01_2023M10.csv"


class Time:
    """A clock that only moves when someone sleeps, or by *step* whenever it is looked at."""

    def __init__(self, step: float = 0.0) -> None:
        self.now, self.step, self.slept = 0.0, step, list[float]()

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server(data, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Table(data / CITIES)) as running:
        yield running


def service_at(url: str, **changed: float) -> Service:
    limits = {"cells": 100_000, "requests": 30, "window_seconds": 10, "attempts": 3, "read_seconds": 60,
              "total_seconds": 60, "wait_seconds": 20, "megabytes": 5}
    return Service(url=url, **{**limits, **changed})


def fetched(server: Server, time: Time | None = None, wanted=WANTED, progress=None, **limits: float) -> list[Answer]:
    time = time or Time()
    with PxWeb(service_at(server.url, **limits), clock=time, sleep=time.sleep, jitter=lambda: 0.0) as client:
        return client.fetch(TABLE, wanted, progress or (lambda done, total: None))


def cells(answers: list[Answer]) -> pd.DataFrame:
    return pd.concat([read_jsonstat(answer.content, answer.url).cells for answer in answers[1:]])


def fault_of(server: Server, time: Time | None = None, **limits: float) -> str:
    with pytest.raises(InputError) as told:
        fetched(server, time, **limits)
    assert told.value.file.startswith(server.url) and "\n" not in str(told.value)
    return str(told.value)


def test_the_published_numbers_arrive(server, data):
    answers = fetched(server)
    found = cells(answers).set_index(["Alue", "Kuukausi", "Tiedot"])["value"]
    assert len(found) == 2 * MONTHS * 2 and len(server.asked) == 2  # the variables, then one query
    assert found["KU398", "2006M01", "TYOTTOMATLOPUSSA"] == 8169 and found["SSS", "2006M02", "AVPAIKATLOPUSSA"] == 55918
    published = pd.read_csv(data / CITIES)
    lahti = published[published["alue"] == "KU398"].set_index("kuukausi")["TYOTTOMATLOPUSSA"]
    assert found["KU398"].xs("TYOTTOMATLOPUSSA", level="Tiedot").to_dict() == lahti.to_dict()
    assert server.asked[1]["response"] == {"format": "json-stat2"}


def test_a_packed_answer_is_unpacked(server):
    plain = cells(fetched(server))
    server.gzipped = True
    pd.testing.assert_frame_equal(cells(fetched(server)), plain)


def test_a_large_query_comes_in_parts_and_says_how_far_it_is(server):
    """2 areas × 214 months × 2 measures = 856 cells; months are halved to 107, 54 and 53, … until 4 × months ≤ 250."""
    told = []
    whole = cells(fetched(server)).sort_values(["Alue", "Kuukausi", "Tiedot"], ignore_index=True)
    server.asked.clear()
    parts = fetched(server, progress=lambda done, total: told.append((done, total)), cells=250)
    pd.testing.assert_frame_equal(cells(parts).sort_values(["Alue", "Kuukausi", "Tiedot"], ignore_index=True), whole)
    assert [len(query["query"][1]["selection"]["values"]) for query in server.asked[1:]] == [53, 54, 53, 54]
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize("status", [403, 413])
def test_a_limit_that_the_service_has_lowered_is_found_by_halving(server, status):
    server.cell_limit = 300  # 856 cells: half of them are 428, and a quarter of them 214
    if status == 413:
        server.faults = [None, says(413), says(413)]
    assert len(cells(fetched(server))) == 856
    sizes = [math.prod(len(each["selection"]["values"]) for each in query["query"]) for query in server.asked[1:]]
    assert sizes == [856, 428, 212, 216, 428, 212, 216]


def test_a_service_that_forbids_every_query_is_told(server):
    server.cell_limit = 0
    assert "answers 403 Forbidden, even for 52 cells" in fault_of(server)  # 856 halved four times, by months
    assert len(server.asked) == 6


def test_requests_keep_the_limit_of_the_service(server):
    """Three requests in ten seconds: of six, the fourth waits until the first is ten seconds old."""
    time = Time()
    fetched(server, time, cells=250, requests=3)
    assert len(server.asked) == 5 and time.slept == [10.0] and time.now == 10.0


@pytest.mark.parametrize(("header", "paused"), [("7", 7.0), ("0", 1.0), ("", 1.0), ("soon", 1.0), ("²", 1.0)])
def test_a_busy_service_is_given_the_time_it_asks_for(server, header, paused):
    server.faults = [None, says(429, Retry_After=header.encode().decode("latin-1"))]
    time = Time()
    assert len(cells(fetched(server, time))) == 856
    assert time.slept == [paused]


def test_a_pause_may_be_a_date(server):
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=15), usegmt=True)
    server.faults = [None, says(503, Retry_After=until)]
    time = Time()
    fetched(server, time)
    assert len(time.slept) == 1 and 1.0 <= time.slept[0] <= 15.0


def test_a_pause_that_is_too_long_is_told_and_not_waited(server):
    server.faults = [says(429, Retry_After="3600")]
    time = Time()
    assert "answers 429 Too Many Requests, and asks to wait for 3600 s" in fault_of(server, time)
    assert time.slept == [] and len(server.asked) == 1


def test_pauses_double_and_end(server):
    server.faults = [says(500)] * 9
    time = Time()
    assert "answers 500 Internal Server Error, 6 times" in fault_of(server, time, attempts=6)
    assert time.slept == [1, 2, 4, 8, 16] and len(server.asked) == 6
    time = Time()
    server.faults = [says(500)] * 9
    fault_of(server, time, attempts=6, wait_seconds=5)
    assert time.slept == [1, 2, 4, 5, 5]


def test_jitter_stretches_a_pause_to_at_most_twice(server):
    server.faults = [says(500), says(500)]
    time = Time()
    with PxWeb(service_at(server.url), clock=time, sleep=time.sleep, jitter=lambda: 0.5) as client:
        client.fetch(TABLE, WANTED, lambda done, total: None)
    assert time.slept == [1.5, 3.0]


SPOILT = {
    "500": (says(500), "answers 500"),
    "502": (says(502, b"<html>", kind="text/html"), "answers 502"),
    "half an answer": (server_side.half_an_answer, "breaks off in the middle"),
    "no answer": (server_side.hangs_up, "breaks off in the middle"),
    "wrong JSON": (says(200, b'{"version": "2.0", '), "is not JSON"),
    "NaN": (says(200, b'{"value": [NaN]}'), "NaN is no number"),
    "binary": (says(200, b"\xff\xfe\x00\x01"), "is not JSON"),
    "empty": (says(200, b""), "is not JSON"),
    "page of a proxy": (says(200, b"<html>log in</html>", kind="text/html; charset=utf-8"), "text/html where JSON"),
    "no type": (says(200, b"{}", kind=""), "where JSON is due"),
    "not gzip": (says(200, b"not packed", Content_Encoding="gzip"), "cannot be read"),
    "silence": (server_side.falls_silent, "does not answer within 0.1 s"),
}


@pytest.mark.parametrize("name", [name for name in SPOILT if name != "silence"])  # no good answer races with 0.1 s
def test_what_may_pass_is_tried_again(server, name):
    fault, _ = SPOILT[name]
    server.faults = [None, fault]
    time = Time()
    assert len(cells(fetched(server, time))) == 856
    assert time.slept == [1.0] and len(server.asked) == 3


@pytest.mark.parametrize("name", SPOILT)
def test_what_does_not_pass_is_told(server, name):
    fault, told = SPOILT[name]
    server.faults = [fault, fault]
    said = fault_of(server, attempts=2, read_seconds=0.1 if name == "silence" else 60)
    assert told in said and "2 times" in said and "the stored files serve" in said


def test_slow_bytes_end_at_the_total_time(server):
    """Every byte comes in time; the clock says that ten seconds pass with each look at it."""
    server.faults = [server_side.dribbles, server_side.dribbles]
    assert "is not done after 60 s, 2 times" in fault_of(server, Time(step=10.0), attempts=2)


FINAL = {
    "redirect": (says(302, Location="http://192.0.2.1/elsewhere"), "has moved to http://192.0.2.1/elsewhere"),
    "unknown": (says(404), "is not known to the service"),
    "bad query": (says(400, b"Missing\n selection", kind="text/plain"), "answers 400 Bad Request: Missing selection"),
    "unauthorised": (says(401), "answers 401"),
    "too large": (says(200, b" " * 5_000_001), "more than 5 MB"),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_waiting_does_not_mend_is_told_at_once(server, name):
    fault, told = FINAL[name]
    server.faults = [fault]
    time = Time()
    assert told in fault_of(server, time)
    assert time.slept == [] and len(server.asked) == 1


def test_a_service_that_is_not_there(server):
    url = server.url
    server.server_close()
    with pytest.raises(InputError, match=r"cannot be reached .* 2 times"), \
            PxWeb(service_at(url, attempts=2), sleep=lambda seconds: None) as client:
        client.fetch(TABLE, WANTED, lambda done, total: None)


def test_a_certificate_that_nobody_vouches_for_is_refused(data, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = serving(Table(data / CITIES))
    with running as server:
        server.encrypt(Path(__file__).with_name("self_signed.pem"))
        time = Time()
        assert "certificate that is not trusted" in fault_of(server, time)
        assert time.slept == [] and server.asked == []


@pytest.mark.parametrize("url", ["http://a.example/api", "https://a.example/api/", "ftp://127.0.0.1:8/x", "x"])
def test_only_an_encrypted_service_is_asked(url):
    with pytest.raises(ValueError, match="url"):
        service_at(url)


@pytest.mark.parametrize(("wanted", "told"), [
    ({**WANTED, "Ikä": ["1"]}, "variable Ikä: is not in the table"),
    ({**WANTED, "Alue": ["KU398", "KU588"]}, "variable Alue: has no value KU588"),
    ({code: WANTED[code] for code in ("Alue", "Kuukausi")}, "variable Tiedot: is not selected"),
])
def test_a_selection_that_the_table_does_not_have(server, wanted, told):
    with pytest.raises(InputError, match=told):
        fetched(server, wanted=wanted)
    assert server.asked == [None]  # nothing but the variables


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"variables": 3}', b'{"variables": [{"code": "Alue"}]}', b"null"])
def test_a_description_that_is_none(content):
    with pytest.raises(InputError, match="does not describe its variables"):
        resolve(WANTED, Answer("http://127.0.0.1:1/x", None, content))


def test_a_variable_that_the_table_adds_up_may_be_left_out():
    described = (b'{"variables": [{"code": "Alue", "values": ["SSS", "KU398"]},'
                 b' {"code": "Sukupuoli", "values": ["SSS", "1", "2"], "elimination": true}]}')
    assert resolve({"Alue": ["*"]}, Answer("u", None, described)) == {"Alue": ["SSS", "KU398"]}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 60))
def test_parts_hold_each_cell_once_and_keep_the_limit(sizes, limit):
    selection = {f"v{place}": [f"{value}" for value in range(size)] for place, size in enumerate(sizes)}
    parts = split(selection, limit)
    every = [cell for part in parts for cell in product(*part.values())]
    assert sorted(every) == sorted(product(*selection.values()))
    assert all(math.prod(map(len, part.values())) <= limit for part in parts)
