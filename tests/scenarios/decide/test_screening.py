"""Group screening against looking at every input."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.decide.screening import Group, screen

names = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(".".join), min_size=1, max_size=25,
                 unique=True)


def counting(effects):
    """Strength of groups in which inputs of *effects* add up, and the list of groups that were measured."""
    measured = []

    def strength(groups):
        measured.extend(groups)
        return [sum(effects[name] for name in group.members) for group in groups]

    return strength, measured


@given(names=names)
def test_parts_of_a_group_are_its_members_each_once(names):
    group = Group("", tuple(names))
    parts = group.split()
    assert sorted(name for part in parts for name in part.members) == sorted(names)
    assert len(parts) > 1 or len(names) == 1
    assert all(name.startswith(part.name) for part in parts for name in part.members)


@given(names=names, data=st.data(), enough=st.integers(1, 6))
@settings(max_examples=80)
def test_where_effects_add_the_strongest_are_found(names, data, enough):
    """Effects of one sign cannot hide each other: the found are those that looking at each would find."""
    effects = dict(zip(names, data.draw(st.permutations([2.0**place for place in range(len(names))])), strict=True))
    strength, _ = counting(effects)
    found = screen(names, strength, enough, most=1000)
    strongest = sorted(effects, key=lambda name: -effects[name])
    assert [group.name for group, _ in found.single[:enough]] == strongest[:enough]


@given(names=names, data=st.data())
def test_a_group_that_moves_nothing_is_not_looked_into(names, data):
    effects = {name: float(data.draw(st.booleans())) * name.startswith("a") for name in names}
    strength, measured = counting(effects)
    screen(names, strength, enough=len(names), most=1000)
    idle = [group for group in measured if not any(effects[name] for name in group.members)]
    inside = [one for one in measured for other in idle if set(one.members) < set(other.members)]
    assert not inside


@given(names=names, most=st.integers(1, 12))
def test_no_more_groups_are_measured_than_allowed_and_nothing_is_lost(names, most):
    strength, measured = counting(dict.fromkeys(names, 1.0))
    found = screen(names, strength, enough=len(names), most=most)
    first = len(Group("", tuple(names)).split())  # without which nothing would be known
    assert found.tried == len(measured) <= max(most, first)
    assert sorted(name for group, _ in found.single + found.unsplit for name in group.members) == sorted(names)
