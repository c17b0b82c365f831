"""The commands under ``kuntaosuus services``: what a municipality offers, how much, at what price and effect."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import AreaName, AsJson, DataFolder, guarded, wide

if TYPE_CHECKING:
    from pathlib import Path

    from sim.services.listing import Supply

services_app = typer.Typer(name="services", no_args_is_help=True,
                           help="Services: what they are by law, how many, who produces them, and what they do.")


@services_app.command("list")
@guarded
def list_(area: AreaName = "lahti", data: DataFolder = None, as_json: AsJson = False) -> None:
    """List every service: class, places, starts, mean number inside, price, effect and its evidence.

    Volumes are derived from national participants by the municipality's share of the unemployed; what was not verified
    carries a mark. docs/services.md explains where each number comes from.

    Example: [bold]kuntaosuus services list --json[/bold]
    """
    from reports.services import services_table
    from sim.services.listing import record
    from sim.services.volumes import in_class_order

    supply, today = _supply(area, data), date.today()
    records = [record(supply, key, today) for key in in_class_order(supply.catalogue)]
    if as_json:
        print(json.dumps({"area": area, "date": today.isoformat(), "services": records}, ensure_ascii=False))
        return
    wide.print(services_table(records, supply.area.title, today))


@services_app.command()
@guarded
def show(
    name: Annotated[str, typer.Argument(help="Key of a service, such as job_coaching: services list --json has them.")],
    area: AreaName = "lahti",
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show one service in full: every figure with range, evidence and source, its volume in words, its contracts.

    Example: [bold]kuntaosuus services show labour_market_training[/bold]
    """
    from reports.services import service_table
    from sim.services.listing import record

    supply, today = _supply(area, data), date.today()
    found = record(supply, name, today)
    if as_json:
        print(json.dumps({"area": area, "date": today.isoformat(), **found}, ensure_ascii=False))
        return
    wide.print(service_table(found, supply.area.title, today))


def _supply(area: str, data: Path | None) -> Supply:
    from sim.services.listing import load_supply
    from sources.area import data_root, read_area

    return load_supply(read_area(area, data_root(data)))
