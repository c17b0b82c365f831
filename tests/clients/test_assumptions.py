"""Assumptions: the shipped file, and what is said of a faulty one."""

import re

import pytest

from sim.clients.assumptions import Assumption, read_assumptions
from sources.errors import InputError

SCALAR = {"unit": "factor", "source": "none seen", "status": "estimate"}


@pytest.fixture
def faulty(area, tmp_path):
    """Reads the shipped file with one text replaced by another, and gives the error without the folder."""

    def read(old, new):
        text = area.assumptions.read_text(encoding="utf-8")
        assert old in text
        file = tmp_path / "assumptions.yaml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        line = text.split(old)[0].count("\n") + 1
        with pytest.raises(InputError) as caught:
            read_assumptions(file)
        told = str(caught.value)
        assert told.startswith(f"{file}: ") and "\n" not in told
        return told.removeprefix(f"{file}: "), line

    return read


def test_the_shipped_file_loads_and_every_value_says_where_it_comes_from(assumed):
    items = assumed.items()
    assert len(items) == len(dict(items)) == 30
    for name, value in items:
        assert value.source and value.unit, name


def test_shares_and_hazards_of_the_shipped_file_are_possible(assumed):
    for name, value in assumed.items():
        assert (value.array >= 0).all(), name
        if value.unit.startswith("share"):
            assert (value.array <= 1).all(), name
    assert sum(assumed.arrivals.age.value) == pytest.approx(1)
    assert max(assumed.arrivals.earnings_related.value) + float(assumed.arrivals.basic) <= 1


def test_values_of_the_shipped_file_lie_in_their_ranges(assumed):
    for name, value in assumed.items():
        if value.range is not None:
            assert ((value.range[0] <= value.array) & (value.array <= value.range[1])).all(), name


def test_a_whole_number_is_a_value_like_any_other():
    assert float(Assumption(value=5, **SCALAR)) == 5.0
    assert Assumption(value=[0, 3, 6], **SCALAR).array.tolist() == [0.0, 3.0, 6.0]


def test_a_value_outside_its_range_is_told_with_its_key_and_line(faulty):
    told, _ = faulty("value: 0.14\n", "value: 0.24\n")
    assert re.fullmatch(r"key arrivals\.foreign_language, line \d+: value 0\.24 is outside its range \[0\.1, 0\.2\]\. "
                        r"Mend: correct the value .*\.", told)


def test_an_unknown_key_is_told_with_the_nearest_right_one(faulty):
    told, line = faulty("  to_services:", "  to_servces:")
    assert told == f"key exits.to_servces, line {line}: unknown key. Mend: write to_services."


def test_an_unknown_key_inside_a_value_is_told_with_the_nearest_right_one(faulty):
    told, line = faulty("    status: derived\n    range: [0.10", "    stats: derived\n    range: [0.10")
    assert told == f"key arrivals.foreign_language.stats, line {line}: unknown key. Mend: write status."


def test_a_status_that_does_not_exist_is_told_with_those_that_do(faulty):
    told, line = faulty("status: recalled", "status: remembered")
    assert told.startswith(f"key exits.to_services.status, line {line}: ")
    for status in ("verified", "derived", "recalled", "estimate"):
        assert status in told
    assert "'remembered' is not known here. Mend: use one of" in told


def test_a_value_without_a_source_is_told(faulty):
    told, _ = faulty("    source: starting point\n", "")
    assert re.fullmatch(r"key returns\.level\.source, line \d+: is missing\. Mend: add source\.", told)


def test_a_key_that_stands_twice_is_told(faulty):
    told, _ = faulty("  lasting:", "  level:")
    assert re.match(r"key level, line \d+: stands twice\. Mend: keep one of the two\.", told)


def test_text_in_place_of_a_number_is_told(faulty):
    told, _ = faulty("value: 0.90\n    unit: factor", "value: high\n    unit: factor")
    assert told.startswith("key exits.foreign_language_factor.value")
    assert "valid number" in told and "'high'" in told


@pytest.mark.parametrize(
    ("old", "new", "key", "fault"),
    [
        ("[0.92, 0.92, 0.93, 0.95, 0.97]", "[9.2, 0.92, 0.93, 0.95, 0.97]", "payment.utilisation",
         "value 9.2 is outside its range [0.88, 1.0]"),
        ("[0.21, 0.45, 0.34]", "[0.21, 0.79]", "arrivals.age", "has 2 values, and 3 are needed"),
        ("[0.21, 0.45, 0.34]", "[0.21, 0.45, 0.44]", "arrivals", "the shares of age sum to 1.1 and not to 1"),
        ("value: 0.14\n", "value: [0.14, 0.14]\n", "arrivals.foreign_language", "has 2 values, and 1 are needed"),
        ("[0.60, 0.48, 0.33]", "0.5", "exits.to_work", "has 1 values, and 3 are needed"),
        ("[0.14, 0.20, 0.12, 0.06]", "[0.14, 0.20, 0.12]", "returns", "short_work needs one hazard for each of the 4"),
        ("[0, 3, 6, 12]", "[0, 6, 3, 12]", "returns", "band_months [0.0, 6.0, 3.0, 12.0] do not rise from 0"),
        ("[0, 3, 6, 12]", "[1, 3, 6, 12]", "returns", "band_months [1.0, 3.0, 6.0, 12.0] do not rise from 0"),
    ],
)
def test_values_that_do_not_fit_each_other_are_told_by_key(old, new, key, fault, faulty):
    told, _ = faulty(old, new)
    assert re.match(rf"key {re.escape(key)}, line \d+: {re.escape(fault)}", told)


@pytest.mark.parametrize("value", ["-0.14", ".nan", ".inf"])
def test_a_value_that_is_no_share_rate_or_time_is_told(value, faulty):
    told, _ = faulty("[0.14, 0.20, 0.12, 0.06]", f"[{value}, 0.20, 0.12, 0.06]")
    assert told.startswith("key returns.short_work.value")
