"""The shipped law tree against the law reference, and faulty trees against the message that mends them."""

import pickle
import shutil
from datetime import date

import pytest

from sim.law import Benefit, WorkCondition, load_law
from sim.law.calendar import day_number
from sim.law.loader import SHIPPED
from sources.errors import InputError


@pytest.fixture(scope="module")
def law():
    return load_law()


@pytest.fixture
def edited(tmp_path):
    """A function that loads a copy of the shipped tree in which *old* text stands as *new*."""

    def load(file, old, new):
        tree = tmp_path / "tree"
        shutil.copytree(SHIPPED, tree)
        text = (tree / file).read_text("utf-8")
        assert old in text
        (tree / file).write_text(text.replace(old, new, 1), "utf-8")
        return load_law(tree)

    return load


def line_of(file, text):
    """Line, from 1, of the first line of a shipped file that holds *text*."""
    lines = (SHIPPED / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


# what the shipped tree says


def test_basic_amount_by_date(law):
    for day in ("2023-01-01", "2024-12-31", "2026-12-31", "2027-12-31", "2028-01-01", "2031-06-01"):
        assert law.basic_amount.on(date.fromisoformat(day)) == 37.21
        assert law.basic_amount.on(day_number(day)) == 37.21


def test_the_end_of_the_freeze_is_an_estimate_with_a_range(law):
    last = law.basic_amount.periods[-1]
    assert (last.first, last.status, last.range) == (day_number("2028-01-01"), "estimate", (37.21, 38.9))


def test_ladder_of_2025(law):
    ladder = law.ladder(date(2025, 1, 1))
    assert ladder.thresholds == (100, 200, 300, 400, 700)
    assert ladder.shares == (0, 0.1, 0.2, 0.3, 0.4, 0.5)


def test_default_law_from_2025_on_is_pinned(law):
    """What a run prices by: the days of change and every value in force on each of them."""
    changes = law.changes(day_number("2025-01-01"), day_number("2028-12-31"))
    # integration support, which an answer to an open question brings, is assumed to begin in 2027
    assert changes == [day_number("2025-01-01"), day_number("2026-05-01"), day_number("2027-01-01")]
    for text in ("2025-01-01", "2026-04-30", "2026-05-01", "2027-01-01", "2028-12-31"):
        day = day_number(text)
        assert str(law.ladder(day)) == ("0-100: 0 %, 101-200: 10 %, 201-300: 20 %, 301-400: 30 %, 401-700: 40 %, "
                                        "701-: 50 %")
        assert law.basic_amount.on(day) == 37.21
        assert law.service_days_count.on(day) and law.service_days_charged.on(day)
        assert law.work_condition(day) == WorkCondition(months=12, window_months=28)
        assert law.new_entitlement(day) == (7, 300, 400, 500)


def test_law_before_2025(law):
    """Law reference, section 2: at 37.21 euros nothing until day 300, 13 024 euros by day 1000, then 26.05 a day."""
    for day in (date(2015, 1, 1), date(2019, 6, 1), date(2024, 12, 31)):
        ladder = law.ladder(day)
        assert ladder.class_labels == ("0-300", "301-1000", "1001-")
        assert (37.21 * ladder.cumulated([300, 301, 1000])).round(2).tolist() == [0, 18.6, 13023.5]
        assert 37.21 * ladder.share_of_day(1001) == pytest.approx(26.047)
        assert law.charged_benefits.on(day) == {Benefit.LABOUR_MARKET}
        assert not law.service_days_count.on(day) and not law.service_days_charged.on(day)


@pytest.mark.parametrize(("day", "amount"), [
    ("2021-01-01", 33.78), ("2021-12-31", 33.78), ("2022-07-31", 34.50), ("2022-08-01", 35.72), ("2022-12-31", 35.72),
    ("2023-01-01", 37.21),
])
def test_basic_amounts_of_the_law_reference(law, day, amount):
    assert law.basic_amount.on(day_number(day)) == amount


def test_amounts_before_2021_are_told_to_be_recalled(law):
    early = [period for period in law.basic_amount.periods if period.first < day_number("2021-01-01")]
    assert {period.status for period in early} == {"recalled"}


def test_work_condition_in_weeks_until_september_2024(law):
    assert law.work_weeks.on(date(2024, 9, 1)) == 26
    assert law.work_condition(date(2024, 9, 1)) == WorkCondition(months=6, window_months=28)  # half a year


def test_weeks_and_months_leave_no_day_out(edited):
    with pytest.raises(InputError, match=r"key months, from 2024-09-03, line \d+: does not follow on weeks"):
        edited("work_condition.yaml", "from: 2024-09-02", "from: 2024-09-03")


def test_waiting_days_rose_from_five_to_seven_in_2024(law):
    assert law.waiting_days(date(2023, 12, 31)) == 5
    assert law.waiting_days(day_number("2024-01-01")) == 7


def test_work_condition(law):
    assert law.work_condition(date(2024, 9, 2)) == WorkCondition(months=12, window_months=28)


def test_benefits_in_force_and_charged(law):
    before, after = day_number("2026-04-30"), day_number("2026-05-01")
    old = {Benefit.EARNINGS_RELATED, Benefit.BASIC, Benefit.LABOUR_MARKET}
    new = {Benefit.EARNINGS_RELATED, Benefit.GENERAL}
    for day, benefits in ((before, old), (after, new)):
        assert {kind for kind, dated in law.benefit_kinds.items() if dated.in_force(day)} == benefits
        assert law.charged_benefits.on(day) == benefits
    assert law.benefit_kinds[Benefit.GENERAL].on(after) == "yleistuki"


def test_service_days_count_and_are_charged(law):
    assert law.service_days_count.on(date(2025, 1, 1))
    assert law.service_days_charged.on(date(2025, 1, 1))


def test_maximum_days(law):
    for dated in law.maximum_days.values():
        maximum = dated.on(date(2026, 1, 1))
        assert (maximum.short_history, maximum.long_history, maximum.senior) == (300, 400, 500)


def test_what_is_not_verified_is_told(law):
    told = {(item.file, item.key, item.since.isoformat(), item.status) for item in law.unverified()}
    assert told == {
        ("municipal_share.yaml", "ladder", "2025-01-01", "derived"),
        ("municipal_share.yaml", "service_days_count", "2025-01-01", "derived"),
        ("benefits.yaml", "basic_amount", "2027-01-01", "derived"),
        ("benefits.yaml", "basic_amount", "2028-01-01", "estimate"),
        ("benefits.yaml", "maximum_days.basic", "2023-01-01", "recalled"),
        ("layoffs.yaml", "additional_days_charged", "2025-01-01", "derived"),
    }
    estimate = next(item for item in law.unverified() if item.status == "estimate")
    assert (estimate.value, estimate.unit) == (37.21, "€/day")
    assert "assumption of the project" in estimate.source


def test_changes_are_days_on_which_a_value_differs(law):
    days = ["2024-01-01", "2024-09-02", "2025-01-01", "2026-05-01", "2027-01-01"]
    assert law.changes(day_number("2023-01-02"), day_number("2030-12-31")) == [day_number(day) for day in days]
    assert law.changes(day_number("2026-05-01"), day_number("2026-05-01")) == [day_number("2026-05-01")]
    assert law.changes(day_number("2026-05-02"), day_number("2026-12-31")) == []


def test_a_raised_amount_is_a_change(edited):
    raised = edited("benefits.yaml", "from: 2028-01-01\n    value: 37.21", "from: 2028-01-01\n    value: 38.5")
    assert raised.changes(day_number("2027-01-02"), day_number("2028-12-31")) == [day_number("2028-01-01")]
    assert raised.basic_amount.on(date(2027, 12, 31)) == 37.21
    assert raised.basic_amount.on(date(2028, 1, 1)) == 38.5


def test_every_open_question_of_the_law_reference_is_a_switch(law):
    """Its section 9, (i) to (viii), and the open points of section 1."""
    assert set(law.switches) == {
        "middle_steps", "services_before_2025", "adjusted_days", "layoff_days", "reset_of_non_members",
        "integration_exemption", "integration_support", "end_of_index_freeze", "layoff_share", "step_change"}
    for number in ("(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)", "(vii)", "(viii)"):
        assert any(f"9 {number}" in switch.source for switch in law.switches.values())
    assert law.basic_amount.periods[-1].range[1] == 38.9  # the amount that end_of_index_freeze names


def test_an_open_question_has_its_default_or_the_answer_that_is_chosen(law):
    assert law.choices["adjusted_days"] == "whole_days"
    chosen = load_law(choices={"adjusted_days": "full_day_equivalents"})
    assert chosen.choices["adjusted_days"] == "full_day_equivalents"
    assert chosen.choices["step_change"] == law.choices["step_change"] == "by_day"


@pytest.mark.parametrize(("choices", "fault", "mend"), [
    ({"step_chang": "by_day"}, "is no open question of the law", "write step_change"),
    ({"step_change": "by_days"}, "by_days is not among its alternatives", "write by_day"),
])
def test_a_choice_that_is_none_is_told_with_the_nearest_right_one(choices, fault, mend):
    with pytest.raises(InputError) as caught:
        load_law(choices=choices)
    assert caught.value.where == f"switch {next(iter(choices))}"
    assert (caught.value.fault, caught.value.mend) == (fault, mend)


def test_steps_change_by_payment_period_under_the_old_law_and_by_switch_under_the_new():
    for answer, new in (("by_day", False), ("by_payment_period", True)):
        law = load_law(choices={"step_change": answer})
        days = [day_number(day) for day in ("2024-12-31", "2025-01-01", "2028-01-01")]
        assert [law.steps_by_payment_period(day) for day in days] == [True, new, new]


def test_values_that_move_nothing_in_a_run_leave_the_fingerprint_as_it_is(law, edited):
    days = day_number("2025-01-01"), day_number("2026-08-31")
    other = edited("layoffs.yaml", "value: true", "value: false")
    assert other.fingerprint(*days) == law.fingerprint(*days) and other.digest != law.digest


def test_digest_is_that_of_the_content(law, edited):
    assert load_law().digest == law.digest
    assert edited("waiting_days.yaml", "value: 7", "value: 8").digest != law.digest


def test_law_reaches_worker_processes_whole(law):
    assert pickle.loads(pickle.dumps(law)) == law


def test_a_day_before_the_tree_begins(law):
    with pytest.raises(InputError) as caught:
        law.ladder(day_number("2014-12-31"))
    assert caught.value.file.endswith("municipal_share.yaml")
    assert caught.value.where == "key ladder"
    assert caught.value.fault == "has no value on 2014-12-31"
    assert caught.value.mend == "add an entry for that day, or keep to days from 2015-01-01 on"


def test_a_day_after_a_benefit_ended(law):
    with pytest.raises(InputError) as caught:
        law.benefit_kinds[Benefit.BASIC].on(date(2026, 5, 1))
    assert caught.value.mend == "add an entry for that day, or keep to days from 2015-01-01 to 2026-04-30"


# faulty trees: file, text as shipped, faulty text, then where, fault and mend

LADDER = f"key ladder, from 2025-01-01, line {line_of('municipal_share.yaml', 'thresholds: [100') - 1}"

FAULTS = {
    "unknown key": (
        "waiting_days.yaml", "note: Served as before.", "notes: Served as before.",
        f"key waiting_days.4.notes, line {line_of('waiting_days.yaml', 'note: Served as before.')}",
        "unknown key", "write note"),
    "duplicate key": (
        "waiting_days.yaml", "    value: 7\n", "    value: 7\n    value: 8\n",
        f"key value, line {line_of('waiting_days.yaml', 'value: 7') + 1}", "stands twice", "keep one of the two"),
    "status missing": (
        "work_condition.yaml", "    status: verified\n", "",
        f"key weeks.0.status, line {line_of('work_condition.yaml', '- from:')}", "is missing", "add status"),
    "unknown status": (
        "waiting_days.yaml", "status: verified", "status: certain",
        f"key waiting_days.3.status, line {line_of('waiting_days.yaml', 'status: verified')}",
        "'certain' is not known here", "use one of derived, estimate, recalled, verified"),
    "Finnish date": (
        "waiting_days.yaml", "from: 2024-01-01", "from: 1.1.2024",
        f"key waiting_days.4.from, line {line_of('waiting_days.yaml', 'from: 2024-01-01')}",
        "is not a date written like 2025-01-31", "correct the value '1.1.2024'"),
    "year for a date": (
        "waiting_days.yaml", "from: 2024-01-01", "from: 2024",
        f"key waiting_days.4.from, line {line_of('waiting_days.yaml', 'from: 2024-01-01')}",
        "is not a date written like 2025-01-31", "correct the value '2024'"),
    "wrong unit": (
        "benefits.yaml", "unit: €/day", "unit: €/month",
        f"key basic_amount.0.unit, line {line_of('benefits.yaml', 'unit: €/day')}",
        "'€/month' is not known here", "write €/day"),
    "negative amount": (
        "benefits.yaml", "value: 37.21", "value: -37.21",
        f"key basic_amount.7.value, line {line_of('benefits.yaml', 'value: 37.21')}",
        "Input should be greater than or equal to 0", "correct the value '-37.21'"),
    "gap": (
        "municipal_share.yaml", "until: 2026-04-30", "until: 2026-03-31",
        f"key charged_benefits, from 2026-05-01, line {line_of('municipal_share.yaml', 'from: 2026-05-01')}",
        "leaves a gap after the entry before it, which ends on 2026-03-31",
        "end that entry on 2026-04-30"),
    "overlap": (
        "municipal_share.yaml", "until: 2026-04-30", "until: 2026-05-01",
        f"key charged_benefits, from 2026-05-01, line {line_of('municipal_share.yaml', 'from: 2026-05-01')}",
        "overlaps the entry before it, which runs until 2026-05-01",
        "end that entry on 2026-04-30"),
    "not in order": (
        "benefits.yaml", "from: 2027-01-01", "from: 2022-01-01",
        f"key basic_amount, from 2022-01-01, line {line_of('benefits.yaml', 'from: 2027-01-01')}",
        "stands after the entry from 2023-01-01",
        "put the entries in date order"),
    "ends before it begins": (
        "benefits.yaml", "until: 2026-04-30", "until: 2014-12-31",
        f"key kinds.basic, from 2015-01-01, line {line_of('benefits.yaml', 'until: 2026-04-30')}",
        "ends on 2014-12-31, before it begins", "correct one of the two dates"),
    "outside its range": (
        "benefits.yaml", "range: [37.21, 38.9]", "range: [38, 39]",
        f"key basic_amount, from 2028-01-01, line {line_of('benefits.yaml', 'range: [37.21')}",
        "value 37.21 is outside its range 38.0 to 39.0",
        "correct the value or the range"),
    "falling ladder": (
        "municipal_share.yaml", "0.30, 0.40, 0.50]", "0.40, 0.30, 0.50]",
        LADDER, "share 0.3 stands after 0.4", "write shares that do not fall"),
    "falling thresholds": (
        "municipal_share.yaml", "[100, 200, 300,", "[100, 300, 200,",
        LADDER, "threshold 200 stands after 300", "write thresholds that rise"),
    "share in percent": (
        "municipal_share.yaml", "0.40, 0.50]", "0.40, 50]",
        LADDER, "share 50.0 is not between 0 and 1", "write 0.5 for 50 percent"),
    "a share too few": (
        "municipal_share.yaml", "shares: [0, 0.10, ", "shares: [0, ",
        LADDER, "has 5 shares for 5 thresholds", "write one share more than thresholds"),
    "unknown benefit": (
        "municipal_share.yaml", "value: [general,", "value: [generic,",
        f"key charged_benefits.2.value.0, line {line_of('municipal_share.yaml', 'value: [general,')}",
        "'generic' is not known here", "write general"),
    "no day of the calendar": (
        "waiting_days.yaml", "from: 2024-01-01", "from: 2024-02-30",
        f"line {line_of('waiting_days.yaml', 'from: 2024-01-01')}",
        "holds a value that is none (day is out of range for month)", "correct the date or number"),
    "share of a subsidy in percent": (
        "subsidies.yaml", "value: 0.50", "value: 50",
        f"key pay_subsidy_50.share.0.value, line {line_of('subsidies.yaml', 'value: 0.50')}",
        "Input should be less than or equal to 1", "correct the value '50'"),
    "neither used nor inert": (
        "billing.yaml", "    inert: no result goes by the day of the invoice\n", "",
        f"key due_day, from 2025-01-01, line {line_of('billing.yaml', 'value: 28') - 1}",
        "is a value that the program does not use", "add inert with the reason"),
    "default of a switch": (
        "switches.yaml", "default: whole_days", "default: whole_day",
        f"key switches.adjusted_days.default, line {line_of('switches.yaml', 'default: whole_days')}",
        "whole_day is not among the alternatives", "write whole_days"),
    "switch without choice": (
        "switches.yaml", "      by_payment_period: with the payment period after it, as under the old law\n", "",
        f"key switches.step_change.alternatives, line {line_of('switches.yaml', 'by_day: on the day') - 1}",
        "leaves nothing to choose", "write at least two alternatives"),
    "unknown key of a switch": (
        "switches.yaml", "    reason: Recalled", "    reasons: Recalled",
        f"key switches.layoff_share.reasons, line {line_of('switches.yaml', 'reason: Recalled')}",
        "unknown key", "write reason"),
    "switch twice": (
        "switches.yaml", "  layoff_share:", "  layoff_days:",
        f"key layoff_days, line {line_of('switches.yaml', '  layoff_share:')}", "stands twice", "keep one of the two"),
    "days without general support": (
        "benefits.yaml", "from: 2026-05-01", "from: 2026-06-01",
        f"key kinds.general, from 2026-06-01, line {line_of('benefits.yaml', 'from: 2026-05-01')}",
        "does not follow on kinds.labour_market, which ends on 2026-04-30",
        "let one begin on the day after the other ends"),
}


@pytest.mark.parametrize(("file", "old", "new", "where", "fault", "mend"), FAULTS.values(), ids=FAULTS.keys())
def test_faulty_tree(edited, file, old, new, where, fault, mend):
    with pytest.raises(InputError) as caught:
        edited(file, old, new)
    assert caught.value.file.endswith(file)
    assert (caught.value.where, caught.value.fault, caught.value.mend) == (where, fault, mend)
    assert "\n" not in str(caught.value)


def test_no_entries(edited):
    text = (SHIPPED / "waiting_days.yaml").read_text("utf-8")
    with pytest.raises(InputError, match="key waiting_days, line 1: has no entries. Mend: add one with from"):
        edited("waiting_days.yaml", text, "waiting_days: []\n")


def test_a_file_is_missing(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "tree")
    (tmp_path / "tree" / "benefits.yaml").unlink()
    with pytest.raises(InputError, match=r"benefits\.yaml: the file is missing"):
        load_law(tmp_path / "tree")


def test_a_file_is_unknown(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "tree")
    shutil.copy(SHIPPED / "benefits.yaml", tmp_path / "tree" / "benefit.yaml")
    with pytest.raises(InputError, match=r"benefit\.yaml: unknown file of the law tree\. Mend: write benefits\.yaml"):
        load_law(tmp_path / "tree")
