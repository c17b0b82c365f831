"""Import of a national Kela file of 150,000 rows: seconds, and times as long as pandas takes to read the same file."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from sources.actuals import plan_import, store_import
from sources.area import Area, data_root, load_area
from sources.kela import SHARE, as_stored, read_table

ROWS = 150_000
ROUNDS = 5


def national(area: Area, path: Path) -> int:
    """Write the area's own months as those of many municipalities, itself the last; returns the number of rows."""
    own = read_table(area.kela_share, SHARE, area.code)
    codes = [f"{code:03}" for code in range(1, 999) if f"{code:03}" != area.code][:ROWS // len(own)]
    texts = [as_stored(own, SHARE, code) for code in [*codes, area.code]]
    path.write_text(texts[0] + "".join(text.partition("\n")[2] for text in texts[1:]), encoding="utf-8", newline="\n")
    return len(own) * len(texts)


def best(run: Callable[[], object]) -> float:
    """Least wall seconds of several rounds."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def report(say: Callable[[str], None] = print) -> None:
    """Say what it takes to import the newest year, from the published file to the stored one."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(data_root(), Path(folder) / "data"))
        area = load_area(min(path.parent.name for path in root.glob("*/settings.yaml")), root)
        path = Path(folder) / "national.csv"
        rows = national(area, path)
        share = read_table(area.kela_share, SHARE, area.code)
        until_last_year = as_stored(share[share["month"].dt.year < share["month"].max().year], SHARE, area.code)

        def whole() -> None:
            area.kela_share.write_text(until_last_year, encoding="utf-8")
            store_import(plan_import(path, area), area.imports, date.today())

        seconds, yardstick = best(whole), best(lambda: pd.read_csv(path, sep=";"))
    say(f"actuals: import of {rows:,} rows {seconds:.3f} s (bar 2), {seconds / yardstick:.1f} × pandas.read_csv "
        f"({yardstick:.3f} s)")


if __name__ == "__main__":
    report()
