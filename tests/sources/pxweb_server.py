"""A server on the loopback address that speaks PxWeb, version 1, with the real numbers of table 12r5, and its faults.

It answers GET with the variables of the table and POST with JSON-stat 2.0. `faults` are used up one a request, in
order; None answers as it should, and so does the server when none are left.
"""

from __future__ import annotations

import gzip
import json
import math
import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd

MEASURES = {"TYOTTOMATLOPUSSA": "Työttömät", "TYOVOIMATK": "Työvoima", "AVPAIKATLOPUSSA": "Avoimet työpaikat"}
PATH = "/StatFin/tyonv/statfin_tyonv_pxt_12r5.px"
Fault = Callable[["Handler"], None]


def as_jsonstat(cells: pd.DataFrame, texts: dict[str, dict[str, str]], sparse: bool = False) -> dict:
    """A dataset of *cells* (columns of codes, then value), row-major over *texts*, which name and order the codes."""
    names, sizes = list(texts), [len(texts[name]) for name in texts]
    values = [None] * math.prod(sizes)
    places = {name: {code: place for place, code in enumerate(known)} for name, known in texts.items()}
    for row in cells.to_dict("records"):
        place = 0
        for name, size in zip(names, sizes, strict=True):
            place = place * size + places[name][row[name]]
        values[place] = None if pd.isna(row["value"]) else row["value"]
    dimension = {name: {"label": name, "category": {"index": places[name], "label": texts[name]}} for name in names}
    kept = {str(place): value for place, value in enumerate(values) if value is not None} if sparse else values
    return {"version": "2.0", "class": "dataset", "label": "test", "source": "test", "updated": "2026-11-24T08:00:00Z",
            "id": names, "size": sizes, "dimension": dimension, "value": kept}


class Table:
    """The numbers of the shipped file of cities, as a cube; months may be cut off and numbers changed."""

    def __init__(self, path: Path) -> None:
        self.frame = pd.read_csv(path)

    def variables(self) -> dict[str, dict[str, str]]:
        months = sorted(self.frame["kuukausi"].unique())
        return {"Alue": dict(zip(self.frame["alue"], self.frame["nimi"], strict=True)),
                "Kuukausi": {month: month for month in months}, "Tiedot": MEASURES}

    def metadata(self) -> dict:
        return {"title": "Työttömät", "variables": [
            {"code": code, "text": code, "values": list(known), "valueTexts": list(known.values())}
            for code, known in self.variables().items()]}

    def answer(self, query: dict) -> dict:
        chosen = {each["code"]: each["selection"]["values"] for each in query["query"]}
        texts = {code: {value: known[value] for value in chosen[code]} for code, known in self.variables().items()}
        rows = self.frame[self.frame["alue"].isin(chosen["Alue"]) & self.frame["kuukausi"].isin(chosen["Kuukausi"])]
        cells = rows.rename(columns={"alue": "Alue", "kuukausi": "Kuukausi"}).melt(
            ["Alue", "Kuukausi"], chosen["Tiedot"], "Tiedot")
        return as_jsonstat(cells, texts)


class Handler(BaseHTTPRequestHandler):
    """One request: a fault, or what the table holds."""

    server: Server

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _serve(self, query: dict | None) -> None:
        self.server.asked.append(query)
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault:
            fault(self)
        elif self.path != PATH:
            self.send(404, b"")
        elif query is None:
            self.send_json(self.server.table.metadata())
        elif math.prod(len(each["selection"]["values"]) for each in query["query"]) > self.server.cell_limit:
            self.send(403, b"")
        else:
            self.send_json(self.server.table.answer(query))

    def send_json(self, content: dict) -> None:
        packed = gzip.compress(json.dumps(content).encode()) if self.server.gzipped else json.dumps(content).encode()
        self.send(200, packed, **({"Content-Encoding": "gzip"} if self.server.gzipped else {}))

    def send(self, status: int, content: bytes, length: int | None = None, kind: str = "application/json",
             **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length or len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep the output of tests quiet."""


class Server(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, table: Table) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.table, self.cell_limit, self.gzipped = table, 100_000, False
        self.faults: list[Fault | None] = []
        self.asked: list[dict | None] = []
        self.closing = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/StatFin"

    def encrypt(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket, self.scheme = context.wrap_socket(self.socket, server_side=True), "https"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(table: Table):
    """A running server, stopped at the end."""
    with Server(table) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def says(status: int, content: bytes = b"", kind: str = "application/json", **headers: str) -> Fault:
    """Answers *status* with *content*; a header such as Retry-After is given as Retry_After."""
    return lambda handler: handler.send(status, content, kind=kind, **headers)


def half_an_answer(handler: Handler) -> None:
    """Promises more than it sends, and hangs up."""
    handler.send(200, b'{"version": "2.0", ', length=5000)


def hangs_up(handler: Handler) -> None:
    """Sends nothing at all."""
    handler.close_connection = True


def falls_silent(handler: Handler) -> None:
    """Sends the beginning, and then nothing while the client waits."""
    handler.send(200, b"{", length=5000)
    handler.server.closing.wait()


def dribbles(handler: Handler) -> None:
    """Sends byte after byte without end."""
    handler.send(200, b"{", length=10**9)
    while not handler.server.closing.wait(0.005):
        handler.wfile.write(b" ")
