"""A scenario made ready for questions of what moves its forecast."""

from __future__ import annotations

from pathlib import Path

from scenarios.decide.inputs import Setting
from scenarios.run import Tell, make_plan
from scenarios.scenario import Scenario, read_scenario


def prepared(name: str, sampled: int, services: bool | None, root: Path, workers: int,
             tell: Tell = lambda text: None) -> tuple[Scenario, Setting]:
    """The scenario called *name* and its setting, one replication a draw.

    Parameters
    ----------
    sampled : draws of parameters and paths; how many of them are simulated is asked elsewhere.
    services : simulated or not; None as the scenario says.
    """
    scenario = read_scenario(name)
    scenario = scenario.model_copy(update={
        "draws": sampled, "replications": 1, "services": scenario.services if services is None else services})
    plan = make_plan(scenario, root, None, workers, tell)
    return scenario, Setting(plan, plan.books)
