"""The answer of a brake as a file, so that a report can tell it without simulating again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scenarios.decide.brake import Brake
from scenarios.decide.kept import fits, read_kept, table_of, unreadable, write_kept
from scenarios.run import Tell
from scenarios.scenario import Scenario
from scenarios.stored import RunTables
from sim.law.calendar import month_label, month_number
from sources.records import records

YEAR = 12  # months
COMMAND = "brake"
PLAIN = ("municipality", "year", "gap", "draws", "made_from")


def brake_path(results: Path, area: str, year: int) -> Path:
    """Where the answer for *year* of *area* is kept."""
    return results / f"brake-{area}-{year}.json"


def write_brake(told: Brake, path: Path) -> None:
    """Write *told*, whole or not at all; what is not known (an infinite margin) is null.

    Of its scenario what it asks and who asks are kept, not its changes.
    """
    write_kept({
        **{name: getattr(told, name) for name in PLAIN},
        "scenario": told.scenario.model_dump(mode="json", exclude={"layers"}),
        "newest": month_label(told.newest), "years": list(told.years), "decided": told.decided.isoformat(),
        "levers": records(told.levers.reset_index()), "idle": records(told.idle), "parts": records(told.parts),
        "package": None if told.package is None else records(told.package.to_frame().T)[0],
        "within": list(told.within)}, path)


def read_brake(path: Path) -> Brake:
    """The answer kept in *path*; InputError where it is none."""
    content = read_kept(path, COMMAND)
    try:
        levers = table_of(content["levers"]).set_index("contract")
        package = content["package"]
        return Brake(
            **{name: content[name] for name in PLAIN}, scenario=Scenario.model_validate(content["scenario"]),
            newest=month_number(content["newest"]), years=tuple(content["years"]),
            decided=date.fromisoformat(content["decided"]), within=tuple(content["within"]), levers=levers,
            idle=table_of(content["idle"], ("contract", "title", "why")), parts=table_of(content["parts"]),
            package=None if package is None else table_of([package]).iloc[0])
    except (ValueError, KeyError, TypeError) as fault:
        raise unreadable(path, COMMAND, fault) from None


def kept_brakes(run: RunTables, results: Path, tell: Tell = lambda text: None) -> list[Brake]:
    """Answers kept in *results* for the municipality and the budget years of *run*, made from what it was made from.

    *tell* hears of those that were made from something else.
    """
    paths = [brake_path(results, run.manifest["scenario"]["area"], year)
             for year in range(run.base_month // YEAR, run.last_month // YEAR + 1)]
    kept = [(path, read_brake(path)) for path in paths if path.is_file()]
    return [told for path, told in kept if fits(run, path, told.made_from, COMMAND, tell)]
