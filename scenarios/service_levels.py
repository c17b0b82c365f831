"""The levels of a municipality's services: derived and fitted once for a calibration, stored beside it.

``services.yaml`` in <data>/<area>/calibration/<month>/ holds ``neutral.ServiceLevels``, and of which files and
calibration they are. Where it is missing or of others, it is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from scenarios.build import BANDS, exit_ways, work_shares
from scenarios.calibration import Calibration
from scenarios.mix import ServiceMix
from scenarios.neutral import ROWS, WAYS, Pilot, ServiceLevels, fitted_levels
from scenarios.project import Course, Plan, live
from scenarios.served import Services
from scenarios.service_plan import FULL, service_plan
from scenarios.workers import in_workers
from sim.demand.programme import Demand
from sim.flow.office import Gauge
from sim.law.calendar import date_of, month_start
from sim.money.memo import read_payers
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contracts
from sim.services.integration import Integration
from sim.services.procurement import PROCURED
from sim.services.subsidies import Subsidies, completed
from sim.services.volumes import AreaServices, derive_volumes
from sources.files import Strict, digest, read_yaml
from sources.services import read_national

LEVELS = "services.yaml"  # in a calibration's folder
SEED, PILOTS = 2026, 2
STORED_FROM = 24  # months of a pilot: over fewer, chance and the first day weigh too much to serve other runs
MEETINGS = 4500.0  # a month, to begin with


class StoredLevels(Strict):
    """Schema of the file: see ServiceLevels; ``made_from`` are hashes of the service files and the calibration."""

    made_from: dict[str, str]
    inside: dict[str, int]
    starts: dict[str, float]
    places: dict[str, float]
    referral: dict[str, float]
    claimed: dict[str, float]
    ways: list[list[list[float]]]

    @property
    def levels(self) -> ServiceLevels:
        """What it holds."""
        return ServiceLevels(self.inside, self.starts, self.places, self.referral, self.claimed, np.array(self.ways))


def ready_levels(plan: Plan, mix: ServiceMix, folder: Path, workers: int, tell: Callable[[str], None]) -> ServiceLevels:
    """The stored levels in the calibration's *folder*; where they are missing or stale, new ones, now stored.

    Parameters
    ----------
    plan : of a baseline without services.
    mix : of the municipality's files as they stand.
    """
    if ready := stored_levels(mix, plan.calibration, folder):
        return ready
    tell("fitting today's services to the calibration, about a minute or two")
    levels = _fitted(plan, mix, workers)
    stored = StoredLevels(
        made_from=_made_from(mix, plan.calibration), inside=dict(levels.inside), starts=_rounded(levels.starts),
        places=dict(levels.places), referral=_rounded(levels.referral), claimed=_rounded(levels.claimed),
        ways=levels.ways.round(4).tolist())
    if plan.months < STORED_FROM:
        tell(f"fitted on {plan.months} months only, so for this run only")
        return stored.levels
    try:
        _write(stored, folder / LEVELS)
    except OSError:
        tell(f"the levels of services could not be stored in {folder}: they are for this run only")
    return stored.levels


def stored_levels(mix: ServiceMix, calibration: Calibration, folder: Path) -> ServiceLevels | None:
    """The levels in the calibration's *folder*; None where they are missing, or not of this *mix* and *calibration*."""
    if not (folder / LEVELS).is_file():
        return None
    stored = read_yaml(folder / LEVELS, StoredLevels)
    fits = stored.made_from == _made_from(mix, calibration) and np.shape(stored.ways) == (ROWS, len(BANDS), WAYS)
    return stored.levels if fits else None


def _made_from(mix: ServiceMix, calibration: Calibration) -> dict[str, str]:
    return {"services": digest(*mix.paths), "calibration": calibration.digest}


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {key: float(f"{value:.6g}") for key, value in values.items()}


def _write(stored: StoredLevels, path: Path) -> None:
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 200
    draft = path.with_name(f".{path.name}")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(stored.model_dump(), file)
    draft.replace(path)


def _fitted(plan: Plan, mix: ServiceMix, workers: int) -> ServiceLevels:
    first, subsidies = _first(plan, mix), mix.of(Subsidies)
    deadweight = {key: float(each.deadweight) for key, each in subsidies.services.items()}
    ways = exit_ways(plan.inputs.assumed, plan.calibration.central().behaviour.lasting, work_shares(plan.inputs))
    edges = [*BANDS, ways.shape[1]]
    shares = np.stack([ways[:, begin:end].mean(axis=1) for begin, end in zip(edges, edges[1:], strict=False)], axis=1)

    def pilots(levels: ServiceLevels) -> list[Pilot]:
        return in_workers(partial(_pilot, plan, mix, levels), list(range(PILOTS)), min(workers, PILOTS),
                          lambda done, total: None)

    return fitted_levels(first, deadweight, shares, pilots)


def _first(plan: Plan, mix: ServiceMix) -> ServiceLevels:
    """Derived volumes; of services without one, what fills their places."""
    catalogue, area = mix.of(Catalogue), mix.area
    contracts = completed(mix.of(Contracts), mix.of(Subsidies), catalogue, mix.of(Integration))
    volumes = derive_volumes(area, mix.of(AreaServices), catalogue, read_national(area.root))
    day = date_of(int(month_start(plan.first_month)))
    inside = {key: round(volume.stock) for key, volume in volumes.items()}
    starts = {key: volume.starts for key, volume in volumes.items()}
    places = {key: contracts.places(key, day) for key, service in catalogue.services.items()
              if service.participation and contracts.of_service(key)}
    for key, number in places.items():
        if key not in starts:
            participation = catalogue.services[key].participation
            assert participation is not None
            inside[key] = int(FULL * number)
            starts[key] = FULL * number / float(participation.duration.mean)
    if not places.get(PROCURED):  # nobody is asked for today; who would be, once there are places
        starts[PROCURED], places[PROCURED] = 0.0, 0.0
    return ServiceLevels(inside, starts, places, {key: number / MEETINGS for key, number in starts.items()})


def _pilot(plan: Plan, mix: ServiceMix, levels: ServiceLevels, replication: int) -> Pilot:
    """One replication of the baseline under *levels*, central values and path."""
    gauge = Gauge.of(BANDS, ROWS)
    served = replace(plan, services=services_of(plan, mix, levels, [{}]))
    lived = live(served, Course.central(plan), (SEED, replication), gauge=gauge)
    assert lived.served is not None and served.services is not None
    lines, episodes = served.services.plan.lines, lived.served.history.episodes
    service = np.array([line.service for line in lines])[episodes["line"].to_numpy()]
    counts = np.bincount(service[(episodes["start"] > 0).to_numpy()], minlength=len(served.services.plan.keys))
    starts = dict(zip(served.services.plan.keys, (counts / plan.months).tolist(), strict=True))
    return Pilot(starts, gauge.hires / plan.months, gauge)


def services_of(plan: Plan, mix: ServiceMix, levels: ServiceLevels, prices: Sequence[Mapping[int, float]]) -> Services:
    """What all units of *plan* share of the services of *mix*."""
    inputs = plan.inputs
    return Services(service_plan(mix, inputs.law, plan.first_month, plan.months, levels), mix.of(Demand), prices,
                    read_payers(inputs.area.root), float(inputs.assumed.integration.plan.array[0]), plan.ladders[0])
