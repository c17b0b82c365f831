"""JSON-stat in every shape that its standard allows, and what is refused."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import InputError
from sources.jsonstat import read_jsonstat
from tests.sources.pxweb_server import as_jsonstat

# Unemployed in Asikkala and Lahti, January and February 2006, as published in table 12r5
CUBE = {
    "version": "2.0", "class": "dataset", "label": "Työttömät", "id": ["Alue", "Kuukausi", "Tiedot"], "size": [2, 2, 1],
    "dimension": {
        "Alue": {"label": "Alue", "category": {"index": {"KU016": 0, "KU398": 1},
                                               "label": {"KU016": "Asikkala", "KU398": "Lahti"}}},
        "Kuukausi": {"category": {"index": ["2006M01", "2006M02"]}},
        "Tiedot": {"category": {"label": {"TYOTTOMATLOPUSSA": "Työttömät"}}}},
    "value": [545, 533, 8169, 7950],
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


def read(**changed) -> pd.DataFrame:
    return read_jsonstat(json.dumps({**CUBE, **changed}).encode(), "answer").cells


def with_category(category) -> dict:
    return {**CUBE["dimension"], "Alue": {"category": category}}


def test_numbers_stand_beside_their_codes():
    found = read_jsonstat(json.dumps(CUBE).encode(), "answer")
    assert found.cells.to_dict("list") == {
        "Alue": ["KU016", "KU016", "KU398", "KU398"], "Kuukausi": ["2006M01", "2006M02"] * 2,
        "Tiedot": ["TYOTTOMATLOPUSSA"] * 4, "value": [545.0, 533.0, 8169.0, 7950.0]}
    assert found.texts == {"Alue": {"KU016": "Asikkala", "KU398": "Lahti"}, "Tiedot": {"TYOTTOMATLOPUSSA": "Työttömät"},
                           "Kuukausi": {"2006M01": "2006M01", "2006M02": "2006M02"}}


def test_the_index_orders_and_the_label_only_names():
    category = {"index": {"KU398": 1, "KU016": 0}, "label": {"KU398": "Lahti", "KU016": "Asikkala"}}
    assert read(dimension=with_category(category)).equals(read())


@pytest.mark.parametrize("value", [
    [545, None, 8169, "."], {"0": 545, "2": 8169}, {"2": 8169, "0": 545, "1": None, "3": ".."},
    [545, "...", 8169, None]])
def test_a_number_that_is_missing_is_not_a_number(value):
    found = read(value=value, status={"1": ".", "3": ".."})
    assert found["value"][[0, 2]].tolist() == [545, 8169] and found["value"][[1, 3]].isna().all()


def test_a_byte_order_mark_does_no_harm():
    assert read_jsonstat(b"\xef\xbb\xbf" + json.dumps(CUBE).encode(), "answer").cells.equals(read())


@pytest.mark.parametrize(("changed", "told"), [
    ({"class": "collection"}, "is not a JSON-stat 2 dataset"),
    ({"version": "1.3"}, "is not a JSON-stat 2 dataset"),
    ({"id": ["Alue", "Kuukausi"]}, "do not describe a table"),
    ({"id": ["Alue", "Alue", "Tiedot"]}, "do not describe a table"),
    ({"id": "abc"}, "do not describe a table"),
    ({"size": [2, 2, 0]}, "do not describe a table"),
    ({"size": [2, 2, True]}, "do not describe a table"),
    ({"id": [], "size": []}, "do not describe a table"),
    ({"dimension": None}, "do not describe a table"),
    ({"size": [2, 2_000_000_000, 1]}, "says 4000000000 cells"),
    ({"size": [3, 2, 1]}, "dimension Alue: does not put its 3 categories in order"),
    ({"dimension": {"Alue": {}}}, "dimension Alue: has no categories"),
    ({"dimension": with_category({"label": {"a": "A", "b": "B"}})}, "dimension Alue: does not put its 2"),
    ({"dimension": with_category({"index": {"a": 0, "b": 0}})}, "dimension Alue: does not put its 2"),
    ({"dimension": with_category({"index": {"a": 1, "b": 2}})}, "dimension Alue: does not put its 2"),
    ({"dimension": with_category({"index": ["a", "a"]})}, "dimension Alue: does not put its 2"),
    ({"dimension": with_category({"index": ["a", 3]})}, "dimension Alue: does not put its 2"),
    ({"dimension": with_category({"index": ["a", "b"], "label": ["A", "B"]})}, "dimension Alue: has no categories"),
    ({"value": [545, 533, 8169]}, "holds 3 numbers for 4 cells"),
    ({"value": {"4": 1}}, "key value.4: is no position from 0 to 3"),
    ({"value": {"-1": 1}}, "key value.-1: is no position"),
    ({"value": {"x": 1}}, "key value.x: is no position"),
    ({"value": None}, "key value: is missing"),
    ({"value": [545, "533", 8169, 7950]}, "position 1: '533' is not a number"),
    ({"value": [545, 533, True, 7950]}, "position 2: True is not a number"),
    ({"value": [545, 533, 8169, [7950]]}, "position 3"),
    ({"value": [10**400, 533, 8169, 7950]}, "position 0"),
])
def test_what_is_refused(changed, told):
    with pytest.raises(InputError) as fault:
        read(**changed)
    assert told in str(fault.value) and str(fault.value).startswith("answer: ") and "Mend: " in str(fault.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b'"dataset"', b"{", b"\x89PNG\x00", b'{"value": Infinity}',
                                     b"[" * 100_000, b"<html></html>"])
def test_what_is_no_dataset(content):
    with pytest.raises(InputError, match="is not JSON|is not a JSON-stat 2 dataset"):
        read_jsonstat(content, "answer")


@st.composite
def cubes(draw):
    """Variables with their categories, and a number or none for each cell."""
    names = draw(st.lists(TEXT.filter(lambda name: name != "value"), min_size=1, max_size=3, unique=True))
    texts = {name: draw(st.dictionaries(TEXT, TEXT, min_size=1, max_size=4)) for name in names}
    count = math.prod(len(known) for known in texts.values())
    numbers = st.none() | st.integers(-10**12, 10**12) | st.floats(-1e12, 1e12)
    cells = pd.MultiIndex.from_product([list(known) for known in texts.values()], names=names).to_frame(index=False)
    return texts, cells.assign(value=pd.Series(draw(st.lists(numbers, min_size=count, max_size=count)), dtype=float))


@given(cubes(), st.booleans(), st.randoms())
def test_a_table_written_as_json_stat_is_the_same_table(cube, sparse, shuffle):
    """In whatever order its rows were written, as a list or as an object."""
    texts, cells = cube
    order = shuffle.sample(range(len(cells)), len(cells))
    found = read_jsonstat(json.dumps(as_jsonstat(cells.loc[order], texts, sparse)).encode(), "answer")
    pd.testing.assert_frame_equal(found.cells, cells)
    assert found.texts == texts
