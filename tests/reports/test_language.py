"""The catalogue: no message is missing in either language, none is asked for that is not there, none lies unused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers
from reports.language import LANGUAGES, MESSAGES, catalogue, fields, speaking, spoken, text
from sources.errors import InputError

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("reports", "app", "notebooks") for path in sorted((ROOT / folder).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "reports").rglob("*.html")) + sorted((ROOT / "reports").rglob("*.jinja"))


def asked() -> Iterator[tuple[str, bool, set[str], str]]:
    """Key or how it begins, whether it is whole, names filled in, and where: of every call of ``text``."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text" and node.args:
                key, where = node.args[0], f"{path.name}:{node.lineno}"
                names = {each.arg or "**" for each in node.keywords}
                for each in [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]:
                    if isinstance(each, ast.Constant):
                        yield each.value, True, names, where
                    elif isinstance(each, ast.JoinedStr) and isinstance(each.values[0], ast.Constant):
                        yield each.values[0].value, False, names, where
                    else:
                        pytest.fail(f"{where}: text() is given neither a key nor f'topic.…', so nothing can check it")


def keys() -> set[str]:
    return {f"{topic}.{name}" for topic, messages in catalogue().items() for name in messages}


def test_every_message_that_is_asked_for_is_there_with_the_names_it_wants():
    for key, whole, names, where in asked():
        if whole:
            assert key in keys(), f"{where}: {key}"
            topic, _, name = key.partition(".")
            assert "**" in names or names == fields(catalogue()[topic][name].fi), f"{where}: {key}"
        else:
            assert any(each.startswith(key) for each in keys()), f"{where}: {key}…"


def test_no_message_lies_unused():
    called = list(asked())
    written = "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    for key in keys():
        assert key in written or any(key == each if whole else key.startswith(each)
                                     for each, whole, _, _ in called), key


def test_no_message_is_empty_and_no_key_stands_twice():
    for topic in catalogue().values():
        assert all(getattr(message, language).strip() for message in topic.values() for language in LANGUAGES)
    assert {path.suffix for path in MESSAGES.iterdir()} == {".yaml"}  # read_yaml refuses a key that stands twice


def test_a_language_is_spoken_within_its_block_only():
    with speaking("en"):
        assert text("common.total") == "Total"
        with speaking("fi"):
            assert text("common.total") == "Yhteensä"
        assert spoken() == "en"
    assert spoken() == "fi"
    with pytest.raises(InputError, match="fi or en"), speaking("sv"):
        pass


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_is_the_same_in_both_languages(value: float, decimals: int):
    with speaking("en"):
        english = numbers.number(value, decimals)
    assert english.replace(",", numbers.SPACE).replace(".", ",") == numbers.number(value, decimals)
    back = float(english.replace(",", "").replace(numbers.MINUS, "-"))
    assert abs(back - value) <= 0.5 * 10.0 ** -decimals * (1 + 1e-9) + 1e-3
