"""The command ``kuntaosuus ledger price`` as an auditor meets it."""

import json

import pytest

from sim.law.loader import SHIPPED

HISTORY = """client,start,end,state,benefit,utilisation,opening_counter
Aino,2026-04-20,2026-05-11,unemployed,basic,1,95
Aino,2026-05-11,2027-05-11,lasting_work,,,
Aino,2027-05-11,2027-06-01,unemployed,earnings_related,1,
"""


@pytest.fixture
def price(kuntaosuus, tmp_path):
    def result(*arguments, history=HISTORY):
        path = tmp_path / "history.csv"
        path.write_text(history, "utf-8")
        return kuntaosuus("ledger", "price", path, *arguments)
    return result


def test_the_example_of_the_documentation_as_json(price):
    printed = json.loads(price("--json").stdout)
    assert list(printed) == ["paid_days", "payments"]
    assert printed["paid_days"] == [
        {"client": "Aino", "month": "2026-04", "benefit": "basic", "class": "0-100", "days": 5, "euros": 0.0},
        {"client": "Aino", "month": "2026-04", "benefit": "basic", "class": "101-200", "days": 4, "euros": 14.88},
        {"client": "Aino", "month": "2026-05", "benefit": "general", "class": "101-200", "days": 6, "euros": 22.33},
        # fifteen benefit days from 11 May 2027, seven of them waiting days
        {"client": "Aino", "month": "2027-05", "benefit": "earnings_related", "class": "0-100", "days": 8, "euros": 0},
    ]
    assert list(printed["payments"][0]) == ["client", "month", "benefit", "class", "days", "euros", "invoice_month"]
    assert abs(sum(row["days"] for row in printed["payments"]) - 23) < 0.002


def test_the_tables_name_benefits_in_finnish_and_add_up(price):
    printed = price().stdout
    assert "peruspäiväraha" in printed and "yleistuki" in printed
    days, payments = printed.split("maksatuskuukauden")
    assert "37,21" in days and "Yhteensä" in payments  # 14,88 + 22,33


def test_another_law_tree_prices_the_same_history(price, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        (tree / file.name).write_text(file.read_text("utf-8").replace("value: 37.21", "value: 38"), "utf-8")
    printed = json.loads(price("--json", "--law", tree).stdout)
    assert [row["euros"] for row in printed["paid_days"]] == [0, 15.2, 22.8, 0]  # 4 and 6 days of 3.80 €


def test_payment_at_once_moves_nothing_but_the_last_days_of_a_period(price):
    """February 2026 has twenty benefit days; paid without delay, 52.5 % of them by its end: (20 + … + 1) / 400."""
    history = HISTORY.splitlines()[0] + "\nB,2026-02-01,2026-03-01,unemployed,labour_market,1,700\n"
    printed = json.loads(price("--json", "--delay-days", 0, "--late-share", 0, history=history).stdout)
    assert [(row["month"], row["days"], row["euros"]) for row in printed["payments"]] == [
        ("2026-02", 10.5, 195.35),  # 372.10 € × 52.5 % = 195.3525
        ("2026-03", 9.5, 176.75),  # 176.7475
    ]


def test_a_law_folder_that_is_none_is_one_line(told, tmp_path):
    (tmp_path / "history.csv").write_text(HISTORY, "utf-8")
    line = told("ledger", "price", tmp_path / "history.csv", "--law", tmp_path / "nowhere")
    assert "nowhere: the law folder is missing" in line


def test_a_fault_is_one_line(told, tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(HISTORY.replace("lasting_work", "lasting"), "utf-8")
    assert told("ledger", "price", path).endswith(
        "history.csv: row 3, column state: 'lasting' is no state. Mend: write lasting_work.")


@pytest.fixture
def history(tmp_path):
    """Function (rows) → the path of a history that holds them."""

    def write(*rows):
        path = tmp_path / "history.csv"
        path.write_text("\n".join([HISTORY.splitlines()[0], *rows, ""]), "utf-8")
        return path

    return write


def test_a_month_of_payment_is_invoiced_in_the_next(kuntaosuus, history):
    path = history("B,2026-12-01,2027-01-01,unemployed,labour_market,1,700")
    printed = json.loads(kuntaosuus("ledger", "price", path, "--json").stdout)
    months = {row["month"]: row["invoice_month"] for row in printed["payments"]}
    assert (months["2026-12"], months["2027-01"]) == ("2027-01", "2027-02")


@pytest.mark.parametrize(("answer", "rows"), [
    ("whole_days", [("0-100", 1, 0), ("101-200", 3, 5.58)]),  # 3 × 3.721 × 0.5 = 5.5815
    ("full_day_equivalents", [("0-100", 2, 0), ("101-200", 2, 3.72)]),  # 2 × 1.8605
])
def test_a_switch_answers_an_open_question(kuntaosuus, history, answer, rows):
    """Four days at half the amount: by amount the counter stands at 99, 99.5, 100 and 100.5 before them."""
    path = history("B,2026-02-02,2026-02-06,unemployed,labour_market,0.5,99")
    printed = json.loads(kuntaosuus("ledger", "price", path, "--json", "--switch", f"adjusted_days={answer}").stdout)
    assert [(row["class"], row["days"], row["euros"]) for row in printed["paid_days"]] == rows


@pytest.mark.parametrize(("written", "line"), [
    ("adjusted_day=whole_days", "switch adjusted_day: is no open question of the law. Mend: write adjusted_days."),
    ("adjusted_days=whole", "switch adjusted_days: whole is not among its alternatives. Mend: write whole_days."),
    ("adjusted_days", "option --switch adjusted_days: is not NAME=ALTERNATIVE. Mend: write it like "
                      "--switch adjusted_days=full_day_equivalents."),
    ("middle_steps=low", "option --switch middle_steps: moves nothing in a history. Mend: "),
])
def test_a_faulty_switch_is_told_in_one_line(told, history, written, line):
    assert line in told("ledger", "price", history(), "--switch", written)
