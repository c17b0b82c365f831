"""What a brake may touch: by letters of the catalogue as written, over all contracts, and nothing else in any file."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scenarios.changes import Layer
from scenarios.decide.stops import stoppable, stops
from scenarios.levers import apply_changes
from scenarios.mix import load_mix
from sim.services.contracts import Contracts
from sources.area import data_root, load_area
from sources.errors import InputError

FIRST, LAST = date(2026, 9, 1), date(2028, 12, 31)
MIX = load_mix(load_area("lahti", data_root()))
ALL = MIX.of(Contracts).all
LETTERS = {key: set(each["letters"].split("/"))
           for key, each in YAML().load(data_root() / "services" / "catalogue.yaml")["services"].items()}


def free(name: str) -> bool:
    """Whether the letters leave a contract to appropriations, or to the city's own will."""
    letters = LETTERS[ALL[name].service]
    return "X" not in letters and ("D" in letters or "C" not in letters and "B" in letters)


@given(keep=st.sets(st.sampled_from(sorted(ALL))), decided=st.dates(date(2026, 1, 1), LAST))
def test_nothing_that_the_law_or_a_need_asks_for_is_ever_touched(keep, decided):
    found = {stop.name: stop for stop in stops(MIX, decided, FIRST, LAST, keep)}
    assert all(free(name) and name not in keep for name in found)
    for name in ALL:
        if free(name) and name not in keep:
            day = max(decided + timedelta(days=int(ALL[name].notice.value)), FIRST)
            ends_by_itself = ALL[name].end is not None and ALL[name].end < day
            assert (name in found) == (day <= LAST and not ends_by_itself)
            assert name not in found or found[name].day == day
    assert {name for name in ALL if free(name)} == set(stoppable(MIX))


def test_a_stop_of_everything_leaves_all_else_as_it_was():
    decided = date(2026, 11, 24)
    found = stops(MIX, decided, FIRST, LAST)
    layer = Layer(file="test", title="t", date=decided, changes=[change for stop in found for change in stop.changes])
    changed = apply_changes(MIX, layer)
    stopped = {stop.name: stop.day for stop in found}
    after = changed.of(Contracts).all
    for name, contract in ALL.items():
        if name in stopped:
            assert after[name].end == stopped[name] - timedelta(days=1)
        else:
            assert after[name].model_dump() == contract.model_dump()
    others = {name for name, file in MIX.files.items() if changed.files[name].model_dump() != file.model_dump()}
    assert others <= {"contracts", "partners", "integration"}
    before, queues = (mix.files["partners"].model_dump()["queues"] for mix in (MIX, changed))
    assert queues["bought_assessment"]["cases"][-1]["value"] == 0
    assert all(queues[name] == before[name] for name in before if name != "bought_assessment")


def test_an_unknown_contract_to_keep_is_told():
    with pytest.raises(InputError, match="training_bought"):
        stops(MIX, FIRST, FIRST, LAST, ["training_bougth"])
