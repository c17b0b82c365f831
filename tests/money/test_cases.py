"""Persons priced by hand, one file a rule: histories, and the days and cents that arithmetic in the file gives."""

from decimal import Decimal
from pathlib import Path

import pytest

from sim.law import load_law
from sim.money.history import price_history, read_history
from sim.money.payment import PaymentProfile
from sim.money.spells import COLUMNS, OPTIONAL
from sources.files import Strict, read_yaml

FILES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))


class Profile(Strict):
    """When it is paid; the starting values of the model's calibration where a person does not say."""

    delay_days: float = 5
    late_share: float = 0.03
    advanced_share: float = 0.8


class Person(Strict):
    """Rows of a history without the client ("-" for an empty cell), and rows of month, benefit, class, days, euros.

    A history row may end in maximum_days and, written with their name, the other columns that can be left out.
    """

    switches: dict[str, str] = {}
    history: list[str]
    profile: Profile = Profile()
    paid_days: list[str] | None = None
    payments: list[str] | None = None


class Cases(Strict):
    """One file."""

    persons: dict[str, Person]


PERSONS = {f"{path.stem}: {name}": person for path in FILES
           for name, person in read_yaml(path, Cases).persons.items()}


def row(written):
    month, benefit, day_class, days, euros = written.split()
    return month, benefit, day_class, Decimal(days), Decimal(euros)


def rows(frame):
    """Rows of a result as the cases write them; euros hold whole cents to the last digit."""
    assert set(frame["client"]) <= {"A"}
    return [(month, benefit, day_class, Decimal(repr(days)), Decimal(repr(euros)))
            for _, month, benefit, day_class, days, euros, *_ in frame.astype(object).itertuples(index=False)]


def history_file(path, persons):
    """*persons*, by name, as one CSV file."""
    header = (*COLUMNS, *OPTIONAL)
    lines = [",".join(header)]
    for client, person in persons.items():
        for written in person.history:
            cells = ["" if cell == "-" else cell for cell in written.split()]
            row = dict(zip(header, [client, *(cell for cell in cells if "=" not in cell)], strict=False))
            row |= dict(cell.split("=") for cell in cells if "=" in cell)
            lines.append(",".join(row.get(column, "") for column in header))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_there_are_eighty_persons_or_more_and_each_is_priced():
    assert len(PERSONS) >= 80
    assert all(person.paid_days is not None or person.payments for person in PERSONS.values())


@pytest.mark.parametrize("person", PERSONS.values(), ids=PERSONS)
def test_a_person_costs_what_hand_arithmetic_says(person, tmp_path):
    law = load_law(choices=person.switches)
    history = read_history(history_file(tmp_path / "history.csv", {"A": person}), law)
    priced = price_history(history, law, PaymentProfile(**person.profile.model_dump()))
    for name in ("paid_days", "payments"):
        written = getattr(person, name)
        if written is not None:
            assert rows(priced[name]) == [row(line) for line in written]


def test_all_persons_in_one_file_cost_what_they_cost_alone(law, tmp_path):
    """But those who need another law, and those whose paid days hang on when they are paid since they move."""
    names = {f"client {place:03}": person for place, person in enumerate(PERSONS.values())
             if not person.switches and not any("home=no" in row for row in person.history)}
    priced = price_history(read_history(history_file(tmp_path / "history.csv", names), law), law,
                           PaymentProfile(5, 0.03, 0.8))["paid_days"]
    for name, person in names.items():
        if person.paid_days is not None:
            own = priced[priced["client"] == name].assign(client="A")
            assert rows(own) == [row(line) for line in person.paid_days]
