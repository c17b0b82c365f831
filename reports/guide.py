"""The guide page of the law: every dated value and every open question, as Markdown, made from the tree alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.law.ladder import Ladder
from sim.law.listing import plain
from sim.law.loader import SCHEMAS, Evidence, Law

TITLE = """# The law, value by value

This page is generated: do not edit it, run `make guide` after a change of the law tree (`sim/law/tree/`).

Each value holds from its first day to its last, both included; a last day left blank is not known. The evidence of a
value is *verified* (its text was read in the source), *derived* (inferred from verified text or numbers, or read in a
secondary source), *recalled* (from general knowledge, not read) or *estimate* (an assumption). A value that is *inert*
moves no euro and no person of a run; the reason stands with it. Codes such as [S1] are those of the project's law
reference.
"""
SWITCHES_INTRO = """## Open questions

A run takes the default of each, unless its scenario (key `law`) or `--switch NAME=ALTERNATIVE` says otherwise; it
reckons how many euros hang on the answer (`open_questions.csv` in its folder).
"""
HEADINGS = ("Value", "From", "Until", "Amount", "Unit", "Evidence", "Source", "Remarks")


def law_guide(law: Law) -> str:
    """The guide page of *law*, ending in a line break; the same tree gives the same text."""
    entries = law.evidence()
    topics = (_topic(topic, [entry for entry in entries if entry.file == f"{topic}.yaml"]) for topic in SCHEMAS)
    return "\n".join([TITLE, *topics, _switches(law)])


def _topic(topic: str, entries: Iterable[Evidence]) -> str:
    """A topic's values; its heading is explained by its schema's docstring."""
    about = (SCHEMAS[topic].__doc__ or "").removeprefix(f"{topic}.yaml: ").strip()
    about = about[:1].upper() + about[1:]
    return f"## {topic}\n\n{about}\n\n{_table(HEADINGS, map(_row, entries))}"


def _row(entry: Evidence) -> list[str]:
    limits = "" if entry.range is None else f"Between {entry.range[0]:g} and {entry.range[1]:g}."
    inert = f"Inert: {entry.inert}." if entry.inert else ""
    remarks = " ".join(remark for remark in (limits, entry.note, inert) if remark)
    return [f"`{entry.key}`", entry.since.isoformat(), entry.until.isoformat() if entry.until else "",
            _text(entry.value), entry.unit, entry.status, entry.source, remarks]


def _switches(law: Law) -> str:
    rows = ([f"`{name}`", switch.question,
             "<br>".join(f"`{choice}`: {meaning}" for choice, meaning in switch.alternatives.items()),
             f"`{switch.default}`", switch.reason, switch.source] for name, switch in law.switches.items())
    headings = ("Switch", "Question", "Alternatives", "Default", "Reason", "Source")
    return f"{SWITCHES_INTRO}\n{_table(headings, rows)}"


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(headings), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)


def _text(value: Any) -> str:
    if isinstance(value, Ladder):
        return str(value)
    value = plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(_text, value)) if any(isinstance(part, dict) for part in value) else \
            " / ".join(map(_text, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)
