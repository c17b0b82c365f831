"""The tornado: each uncertain input over its range, in pairs with the forecast, on benefit share, cost and net.

The same draws and luck on both sides. Of a scenario with a baseline it is the scenario's effect that is told, with the
input changed in both; else the forecast itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from zlib import crc32

import numpy as np
import pandas as pd

from scenarios.decide.change import accepted
from scenarios.decide.inputs import Input, Setting
from scenarios.decide.outturn import ALL_YEARS, objects_of, outturn, years_of
from scenarios.decide.screening import Group, Screened, screen
from scenarios.exposure import Variant, text_of
from scenarios.paired import change_over_draws
from scenarios.project import project
from scenarios.workers import Progress, in_workers
from sim.clients.streams import generator
from sources.errors import InputError

SCREENED_FROM = 30  # inputs of a run with services: fewer are measured one by one
Key = tuple[tuple[Variant, ...], int]


@dataclass(frozen=True, eq=False)
class Tornado:
    """What each input moves.

    Attributes
    ----------
    rows : input, end, value, object, year, then as paired.change_over_draws; euros, changed less unchanged, year 0
        is all of them. One row an end, object and year.
    inputs : name, value, span, status, source, stated (see Input), width (euros of ``measure``, all years, from end to
        end); the widest first.
    measure : object by which they are ordered.
    screened : groups, where inputs were screened.
    refused : ends that the files do not take.
    """

    rows: pd.DataFrame
    inputs: pd.DataFrame
    measure: str
    draws: int
    screened: Screened | None
    refused: list[Variant]


class Measurer:
    """Euros of a setting under changes, by draw; what was measured once is kept."""

    def __init__(self, setting: Setting, draws: int, workers: int, progress: Progress, total: int) -> None:
        self.setting, self.draws, self.workers = setting, draws, workers
        self._progress, self._total = progress, total
        self._known = dict[tuple, tuple[np.ndarray, list[Variant]]]()

    def euros(self, changes: Sequence[Key]) -> list[np.ndarray]:
        """(objects, years) of each of *changes*."""
        new = {_label(key): key for key in changes if _label(key) not in self._known}
        done, progress = len(self._known), self._progress
        found = in_workers(partial(_euros_of, self.setting, self.draws), list(new.values()),
                           self.workers if len(new) > 1 else 1,
                           lambda now, _: progress(done + now, max(self._total, done + len(new))))
        self._known.update(zip(new, found, strict=True))
        return [self._known[_label(key)][0] for key in changes]

    def pairs(self, changes: Sequence[Callable[[int], tuple[Variant, ...]]]) -> np.ndarray:
        """Euros of each of *changes* (variants of a draw) less the unchanged, (changes, draws, objects, years)."""
        draws = range(self.draws)
        self.euros([((), draw) for draw in draws] + [(change(draw), draw) for change in changes for draw in draws])
        base = np.stack(self.euros([((), draw) for draw in draws]))
        return np.stack([np.stack(self.euros([(change(draw), draw) for draw in draws])) - base for change in changes])

    @property
    def refused(self) -> list[Variant]:
        """Variants that the files did not take, alone."""
        return [each for (labels, draw), (_, refused) in self._known.items() if len(labels) == 1 and draw == 0
                for each in refused]


def _label(key: Key) -> tuple:
    variants, draw = key
    return tuple((each.kind, each.name, each.end) for each in variants), draw


def _euros_of(setting: Setting, draws: int, key: Key) -> tuple[np.ndarray, list[Variant]]:
    variants, draw = key
    varied, refused = accepted(setting, variants, draws)
    return outturn(varied, [project(varied.plan, draw, 0)])[0], refused


def tornado(setting: Setting, inputs: Sequence[Input], draws: int, enough: int, most: int, workers: int,
            progress: Progress = lambda done, total: None) -> Tornado:
    """Measure *inputs*, screened in groups if they are many and the run has services.

    Parameters
    ----------
    draws : of each pair, one replication a draw; at least two.
    enough : inputs to find, if they are screened.
    most : groups to measure, if they are screened.

    Raises
    ------
    InputError : screening singled out no input.
    """
    plan = setting.plan
    alone = Setting(replace(plan, replications=1, baseline=plan.baseline and replace(plan.baseline, replications=1)),
                    setting.books)
    measurer = Measurer(alone, draws, workers, progress, runs_of(setting, inputs, draws, enough, most))
    screened, shown = None, list(inputs)
    if _in_groups(setting, inputs):
        screened = _screened(measurer, inputs, enough, most)
        if not screened.single:
            raise _none_single(screened, most)
        strongest = [group.name for group, _ in screened.single[:enough]]
        shown = [each for each in inputs if each.name in strongest]
    return _measured(measurer, shown, screened)


def runs_of(setting: Setting, inputs: Sequence[Input], draws: int, enough: int, most: int) -> int:
    """Runs that ``tornado`` takes, at most."""
    changes = most + 2 * enough if _in_groups(setting, inputs) else sum(len(each.ends) for each in inputs)
    return draws * (1 + changes)


def _in_groups(setting: Setting, inputs: Sequence[Input]) -> bool:
    return setting.plan.services is not None and len(inputs) > SCREENED_FROM


def _screened(measurer: Measurer, inputs: Sequence[Input], enough: int, most: int) -> Screened:
    by_name, measure, seed = {each.name: each for each in inputs}, -1, measurer.setting.plan.seed

    def strength(groups: Sequence[Group]) -> list[float]:
        changes = [partial(_by_coin, [by_name[name] for name in group.members], seed) for group in groups]
        gaps = measurer.pairs(changes)[:, :, measure, -1]
        return np.sqrt((gaps**2).mean(axis=1)).tolist()

    return screen(list(by_name), strength, enough, most)


def _none_single(screened: Screened, most: int) -> InputError:
    group, strength = screened.unsplit[0]
    if not strength:
        return InputError("command line", "option --inputs", "names only inputs that move nothing",
                          "leave it out, or name others; kuntaosuus tornado --list has them all")
    return InputError("command line", f"option --groups {most}", "is too few to single out any input: the strongest "
                      f"group, {group.name}, has {len(group.members)}",
                      f"write {max(4 * most, 80)}, or look at that group alone: --inputs {group.name}")


def _by_coin(inputs: Sequence[Input], seed: int, draw: int) -> tuple[Variant, ...]:
    """Each of *inputs* at one end: the other end in an odd draw than in the draw before."""
    def end(each: Input) -> Variant:
        coin = int(generator(seed, draw // 2, "end of an input", crc32(each.name.encode())).integers(2))
        return each.ends[0 if (coin + draw) % 2 else -1]

    return tuple(end(each) for each in inputs)


def _measured(measurer: Measurer, inputs: Sequence[Input], screened: Screened | None) -> Tornado:
    """Every end of *inputs* in pairs."""
    setting = measurer.setting
    objects, years = objects_of(setting), years_of(setting.plan)
    ends = [(each, end) for each in inputs for end in each.ends]
    gaps = measurer.pairs([partial(_always, (end,)) for _, end in ends])
    known = measurer.refused
    rows = pd.DataFrame([
        {"input": each.name, "end": end.end, "value": text_of(end.value), "object": name, "year": year,
         **change_over_draws(gap[:, place, when])}
        for (each, end), gap in zip(ends, gaps, strict=True) if end not in known
        for place, name in enumerate(objects) for when, year in enumerate(years)])
    whole = rows[(rows["object"] == objects[-1]) & (rows["year"] == ALL_YEARS)].groupby("input")["difference"]
    width = (whole.max().clip(lower=0) - whole.min().clip(upper=0)).round(2)
    listed = pd.DataFrame([
        {"name": each.name, "value": text_of(each.value), "span": each.span, "status": each.status,
         "source": each.source, "stated": each.stated, "width": width.get(each.name, 0.0)} for each in inputs])
    return Tornado(rows, listed.sort_values("width", ascending=False, kind="stable", ignore_index=True), objects[-1],
                   measurer.draws, screened, known)


def _always(variants: tuple[Variant, ...], draw: int) -> tuple[Variant, ...]:
    return variants
