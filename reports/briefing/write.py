"""A briefing as a page of HTML that asks for nothing else, and as a PDF with its fonts in it."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path

import matplotlib
import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.briefing.blocks import Briefing
from sources.files import written_whole

HERE = Path(__file__).parent
MEND = "check its folder and rights"


def html(told: Briefing) -> str:
    """*told* as HTML; every text is escaped, and charts are within the page."""
    pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    blocks = [{**asdict(block), **({"address": _address(block.svg)} if block.kind == "picture" else {})}
              for block in told.blocks]
    return pages.get_template("briefing.html.j2").render(told={**vars(told), "blocks": blocks}) + "\n"


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def pdf(told: Briefing) -> bytes:
    """*told* as a PDF; texts go in as data, so that none is read as markup."""
    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")  # the charts' own, wherever this runs
    return typst.compile(HERE / "briefing.typ", font_paths=[fonts], ignore_system_fonts=True, timestamp=0,
                         sys_inputs={"told": json.dumps(asdict(told), ensure_ascii=False)})


def write_briefing(told: Briefing, folder: Path, name: str) -> list[Path]:
    """Write *told* as name.html and name.pdf into *folder*, each whole or not at all; InputError when that fails."""
    paths = []
    for suffix, content in ((".html", html(told).encode()), (".pdf", pdf(told))):
        path = folder / f"{name}{suffix}"
        with written_whole(path, MEND) as draft:
            draft.write_bytes(content)
        paths.append(path)
    return paths
