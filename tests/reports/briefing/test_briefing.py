"""The briefing: pages, fonts, no request, no injection; the same numbers in both languages; claims that hold."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import app
from reports.briefing.blocks import Briefing, cut
from reports.briefing.content import _change, briefing
from reports.briefing.write import html, pdf, write_briefing
from reports.language import speaking
from scenarios.told.report_set import open_report_set
from tests.reports.answers import brake_of
from tests.tools import needs

HOSTILE = ("<script>alert(1)</script><img src=x onerror=alert(1)>", "\"'><b>&amp;", "#panic(\"x\") $ x^2 $ *b* @cite",
           "{{ 7 * 7 }} {% raw %}", "\U0001f600\u202e=1+1", "sana " * 2_000, "x" * 10_000, "a\x00b\n\n= otsikko", "")


def report_of(folder: Path, **asked: str):
    """A report of a copy of the run in *folder* whose scenario has other texts."""
    if asked:
        content = json.loads((folder / "manifest.json").read_text("utf-8"))
        content["scenario"] |= asked
        (folder / "manifest.json").unlink()
        (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    return open_report_set([str(folder)], folder.parent)


@pytest.fixture
def copy_of_served(served, tmp_path) -> Path:
    return shutil.copytree(served.folder, tmp_path / "run", copy_function=lambda a, b: Path(b).symlink_to(a))


@pytest.fixture(scope="module")
def told(served) -> Briefing:
    return briefing(open_report_set([str(served.folder)], served.results), [])


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.addresses, self.handlers, self.words = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data) -> None:
        self.words += data


def test_the_page_has_every_part_and_asks_for_nothing(told):
    page = Page(html(told))
    for part in ("Työllisyyden hoidon talousennuste: Lahti", "Mikä kustannusta ajaa", "Skenaariot", "Jarru",
                 "Mitä emme tiedä", "Oletukset ja niiden näyttö",
                 "Muutettu talousarvio", "Poikkeama", "Sitovuustaso", "Toteuma"):
        assert part in page.words, part
    assert "script" not in page.tags and page.handlers == [] and len(page.addresses) > 3
    assert all(address.startswith("data:") for address in page.addresses)


def test_estimates_say_so_where_they_stand(told):
    assert told.blocks[0].lead and "ARVIO, ei kaupungin päätös" in told.blocks[0].text


@needs("pdfinfo")
def test_the_pdf_has_three_pages_and_its_fonts(served, tmp_path):
    told = briefing(open_report_set([str(served.folder)], served.results), [brake_of(2026)])
    [_, path] = write_briefing(told, tmp_path, "b")
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages:\s+3\b", said) and "A4" in said and "Työllisyyden hoidon" in said
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts and all("DejaVu" in row and row.split()[-5] == "yes" for row in fonts)  # column emb
    words = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "Mitä emme tiedä" in words and "talousarvio" in words


def test_the_same_runs_make_the_same_bytes(told):
    assert html(told) == html(told) and pdf(told) == pdf(told)


def decimals(told: Briefing) -> list[float]:
    """Every number with decimals in sentences and in cells of figures."""
    words = []
    for block in told.blocks:
        if block.kind == "table":
            words += [cell for row in block.rows for place, cell in enumerate(row) if place not in block.texts]
        elif block.kind in ("paragraph", "points"):
            words += [block.text] if block.kind == "paragraph" else block.items
    text = " ".join(words).replace("\u2212", "-").replace("\u00a0", "")
    if told.language == "fi":
        return sorted(float(each.replace(",", ".")) for each in re.findall(r"-?\d+,\d+", text))
    return sorted(float(each.replace(",", "")) for each in re.findall(r"-?[\d,]*\d\.\d+", text))


def test_both_languages_tell_the_same_numbers(served):
    report = open_report_set([str(served.folder)], served.results)
    finnish = briefing(report, [brake_of(2026)])
    with speaking("en"):
        english = briefing(report, [brake_of(2026)])
    assert (finnish.language, english.language) == ("fi", "en")
    assert decimals(finnish) == decimals(english) and len(decimals(finnish)) > 20
    assert [block.kind for block in finnish.blocks] == [block.kind for block in english.blocks]
    assert "What we do not know" in html(english) and "Mitä emme" not in html(english)


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_somebody_wrote_is_read_as_markup(copy_of_served, words):
    told = briefing(report_of(copy_of_served, title=words, author=words, question=words), [])
    page = Page(html(told))
    assert "script" not in page.tags and page.handlers == [] and "b" not in page.tags
    assert all(address.startswith("data:") for address in page.addresses)
    assert cut(words, 60).rstrip("…").strip() in page.words
    assert pdf(told).count(b"/Type /Page\n") + pdf(told).count(b"/Type/Page/") <= 5


@given(st.text(max_size=300), st.integers(5, 100))
def test_a_text_is_cut_to_its_length_and_shows_it(words, longest):
    told = cut(words, longest)
    assert len(told) <= longest and "\n" not in told and (told == words or len(told) <= len(words) + 1)


@given(st.floats(-1e7, 1e7), st.floats(0, 1e7))
def test_a_difference_within_its_margin_is_never_told_as_one(gap, margin):
    row = pd.Series({"difference": gap, "margin": margin, "certain": abs(gap) > margin})
    assert ("ei erotu nollasta" in _change(row)) == (abs(gap) <= margin and not gap == margin == 0)


FRAME = """<!doctype html><meta charset="utf-8"><title>-</title><link rel="icon" href="data:,">
<iframe id="page" style="width: {width}px; height: 900px; border: 0" srcdoc="{page}"></iframe>
<script>addEventListener("load", () => {{
  const page = document.getElementById("page"), images = [...page.contentDocument.images]
  document.title = JSON.stringify({{
    wide: page.contentDocument.documentElement.scrollWidth, window: page.contentWindow.innerWidth,
    asked: page.contentWindow.performance.getEntriesByType("resource").map(each => each.name).filter(
      each => !each.startsWith("data:")),
    broken: images.filter(each => !each.naturalWidth).length, pictures: images.length}}) }})</script>"""
"""The page in a frame, since a window of the browser is no narrower than 500 pixels."""


def seen_by_chromium(page: str, folder: Path) -> tuple[str, list[str]]:
    """The document as Chromium has it after loading, and what it wrote to the console."""
    path = folder / "page.html"
    path.write_text(page, "utf-8")
    ran = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}",
         "--window-size=1400,1000", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, check=True, timeout=180)
    return ran.stdout, [line for line in ran.stderr.splitlines() if "CONSOLE" in line]


@needs("chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_chromium_loads_it_without_a_request_an_error_or_a_sideways_scroll(told, tmp_path, width):
    document, console = seen_by_chromium(FRAME.format(width=width, page=escape(html(told))), tmp_path)
    assert console == []
    seen = json.loads(unescape(re.search(r"<title>(.*?)</title>", document)[1]))
    assert seen["asked"] == [] and seen["broken"] == 0 and seen["pictures"] >= 3
    assert seen["window"] == width and seen["wide"] <= width


@needs("chromium")
def test_a_request_would_be_seen_on_the_console(told, tmp_path):
    asking = html(told).replace("<main>", '<main><img src="http://127.0.0.1:9/x.png">')
    assert seen_by_chromium(asking, tmp_path)[1]


def test_the_brake_is_told_with_what_it_costs_later(served):
    told = briefing(open_report_set([str(served.folder)], served.results), [brake_of(2026)])
    page = Page(html(told))
    assert "Aukko 1,50 M€ sulkeutuu: 2 jarrua säästää 2,00 M€" in page.words.replace("\u00a0", " ")
    rows = next(block.rows for block in told.blocks if block.kind == "table" and block.headings[1] == "Loppuu")
    assert [row[0] for row in rows] == ["=Palkkatuki <b>", "Valmennus", "Yhdessä, yhteisvaikutus mukana"]
    assert "ei erotu" not in rows[0][3] and "ei erotu" in rows[1][3]


def test_the_command_writes_both_files_and_says_how_to_ask_for_a_brake(stored, tmp_path):
    ask = ["report", "briefing", stored.folder.name[:20], "--results", str(stored.results), "--to", str(tmp_path)]
    done = CliRunner().invoke(app, [*ask, "--lang", "en"])
    assert done.exit_code == 0, done.stderr
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".pdf"]
    assert "No brake was asked of these data" in next(tmp_path.glob("*.html")).read_text("utf-8")
