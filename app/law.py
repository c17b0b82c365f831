"""The commands under ``kuntaosuus law``: look a rule up, check a tree, compare two days, write the guide."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import AsJson, LawFolder, guarded, law_in, wide
from sources.errors import InputError, nearest

if TYPE_CHECKING:
    from sim.law import Evidence

law_app = typer.Typer(name="law", no_args_is_help=True, help="Look up, check and compare the dated rules of the law.")


@law_app.command()
@guarded
def show(
    topic: Annotated[str, typer.Argument(help="Topic of the law, such as municipal_share or benefits.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Only what holds on this day.")] = None,
    law: LawFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show every value of a TOPIC with unit, dates, evidence and source; topic switches: the open questions.

    A run takes the default of each open question, unless its scenario (key law) or --switch says otherwise.

    Examples: [bold]kuntaosuus law show municipal_share[/bold],
    [bold]kuntaosuus law show benefits --on 2026-05-01[/bold]
    """
    from reports.law import switches_table, topic_table
    from sim.law.listing import in_force
    from sim.law.loader import SWITCHES

    tree = law_in(law)
    if topic == SWITCHES:
        if as_json:
            _print_json([{"name": name, **switch.model_dump(mode="json")} for name, switch in tree.switches.items()])
        else:
            wide.print(switches_table(tree.switches))
        return
    if topic not in tree.topics():
        raise InputError("command line", f"topic {topic}", "is not in the law tree",
                         nearest(topic, [*tree.topics(), SWITCHES]))
    entries = [entry for entry in tree.evidence() if entry.file == f"{topic}.yaml"]
    if on is not None:
        day = _date(on, "option --on")
        entries = [entry for entry in entries if in_force(entry, day)]
    if as_json:
        _print_json([_record(entry) for entry in entries])
        return
    wide.print(topic_table(entries, topic + (f", {on}" if on else "")))


@law_app.command()
@guarded
def check(law: LawFolder = None, as_json: AsJson = False) -> None:
    """Read a whole law tree; a fault is told with file, line and mend, and exit code 2.

    Prints how many values each topic holds by evidence, and which values in use are not verified.
    """
    from reports.law import check_table, topic_table
    from sim.law.loader import SWITCHES

    tree = law_in(law)
    if as_json:
        unverified = [_record(entry) for entry in tree.unverified()]
        _print_json({"digest": tree.digest, "values": len(tree.evidence()), "switches": list(tree.switches),
                     "unverified": unverified})
        return
    wide.print(check_table(tree.evidence(), "Laki on kunnossa"))
    wide.print(topic_table(tree.unverified(), "Käytössä olevat vahvistamattomat arvot"))
    wide.print(f"Avoimia kysymyksiä: {len(tree.switches)} (kuntaosuus law show {SWITCHES})", highlight=False)
    wide.print(f"Tunniste: {tree.digest}", highlight=False)


@law_app.command()
@guarded
def diff(
    earlier: Annotated[str, typer.Argument(metavar="DATE", help="Day, such as 2024-12-31.")],
    later: Annotated[str, typer.Argument(metavar="DATE", help="Day, such as 2025-01-01.")],
    law: LawFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show what differs in the law between two days.

    Example: [bold]kuntaosuus law diff 2024-12-31 2025-01-01[/bold]
    """
    from reports.law import differences_table
    from sim.law.listing import differences

    days = _date(earlier, "first DATE"), _date(later, "second DATE")
    pairs = differences(law_in(law), *days)
    if as_json:
        _print_json([{"name": name, "before": before and _record(before), "after": after and _record(after)}
                     for name, before, after in pairs])
        return
    wide.print(differences_table(pairs, *days))


@law_app.command()
@guarded
def guide(law: LawFolder = None) -> None:
    """Print the guide page of the law in Markdown: every value with unit, dates, evidence and source.

    Example: [bold]kuntaosuus law guide > docs/law.md[/bold]
    """
    from reports.guide import law_guide

    print(law_guide(law_in(law)), end="")


def _date(written: str, where: str) -> date:
    from sim.law.calendar import date_of, day_number

    try:
        return date_of(day_number(written))
    except ValueError as fault:
        raise InputError("command line", where, str(fault), "write it like 2026-05-01") from None


def _record(entry: Evidence) -> dict[str, Any]:
    """*entry* as JSON has it."""
    from sim.law.listing import plain

    written = entry._asdict() | {"value": plain(entry.value), "since": entry.since.isoformat()}
    return written | {"until": entry.until and entry.until.isoformat()}


def _print_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False))
