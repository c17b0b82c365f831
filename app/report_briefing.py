"""The command ``kuntaosuus report briefing``: stored runs as a committee's briefing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.console import Internal, Lang, Language, ReportRuns, ResultsFolder, guarded, out, reason, tell


@guarded
def briefing(
    runs: ReportRuns,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help=(
        "Folder for the files. Default: --results."))] = None,
    lang: Lang = Language.FI,
    internal: Internal = "",
    results: ResultsFolder = Path("results"),
) -> None:
    """Write runs as a briefing for a committee, HTML and PDF: nothing is simulated.

    The finding in two sentences, the net and its budget, what drives it, the scenarios beside each other, the brake,
    what is not known, and the assumptions with their evidence. Sentences say only what the numbers support: what is not
    told from zero says so.

    The brake is the kept answer of [bold]kuntaosuus brake[/bold] in --results made from the same data,
    law, budget and services, for the earliest budget year that was asked about.

    Both files hold all they need: the page asks nothing of the network, the PDF has its fonts.

    Example: [bold]kuntaosuus report briefing lahti-2026-08-perusura lahti-2026-08-jarru --lang fi[/bold]
    """
    from reports.briefing.content import briefing as briefing_of
    from reports.briefing.write import write_briefing
    from reports.language import speaking
    from scenarios.decide.brake_file import kept_brakes
    from scenarios.told.report_set import open_report_set

    why, chosen = reason(internal), open_report_set(runs, results)
    first = chosen.first
    brakes = kept_brakes(first, results, tell)
    with speaking(lang):
        paths = write_briefing(briefing_of(chosen, brakes, why), to or results, f"briefing-{first.name}-{lang}")
    for path in paths:
        out.print(str(path), soft_wrap=True, markup=False, highlight=False)
