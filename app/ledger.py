"""The command ``kuntaosuus ledger``: the paid-day ledger without a simulation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import AsJson, LawFolder, Switches, choices_of, guarded, law_in, out
from sources.errors import InputError, nearest

TITLES = {"paid_days": "Kuntaosuus maksupäivän kuukauden mukaan", "payments": "Kuntaosuus maksatuskuukauden mukaan"}
ledger = typer.Typer(name="ledger", no_args_is_help=True, help="Price spells of unemployment without a simulation.")



@ledger.command()
@guarded
def price(
    history: Annotated[Path, typer.Argument(help="CSV of spells; docs/ledger.md describes its columns.")],
    law: LawFolder = None,
    switch: Switches = None,
    delay_days: Annotated[
        float, typer.Option(min=0, max=250, help="Benefit days from the end of a four-week period to its payment.")
    ] = 5,
    late_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of days paid up to three months late.")
    ] = 0.03,
    advanced_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of payments due on 1 January or 1 May made the month before.")
    ] = 0.8,
    as_json: AsJson = False,
) -> None:
    """Price a hand-written history of clients, to check a rule by hand.

    Prints days and euros of municipal share by client, month, benefit and day class: first by the month of the paid
    day, then by the month of payment. Euros are rounded to cents once, in each row. Days before 2025 are priced by the
    law of their time.

    Examples: [bold]kuntaosuus ledger price history.csv --delay-days 0 --late-share 0 --json[/bold],
    [bold]kuntaosuus ledger price history.csv --switch adjusted_days=full_day_equivalents[/bold]
    """
    from reports.tables import history_table
    from sim.law import Benefit
    from sim.money.history import FOLLOWED, price_history, read_history
    from sim.money.payment import PaymentProfile

    choices = choices_of(switch)
    rules = law_in(law, choices)
    for name in choices:
        if name not in FOLLOWED:
            raise InputError("command line", f"option --switch {name}", "moves nothing in a history",
                             nearest(name, FOLLOWED))
    priced = price_history(read_history(history, rules), rules,
                           PaymentProfile(delay_days, late_share, advanced_share))
    if as_json:
        out_rows = {name: rows.to_dict("records") for name, rows in priced.items()}
        print(json.dumps(out_rows, ensure_ascii=False))
        return
    names = {kind.name.lower(): rules.benefit_kinds[kind].periods[-1].value for kind in Benefit}
    for name, rows in priced.items():
        out.print(history_table(rows, TITLES[name], names))
