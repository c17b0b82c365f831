"""Further topics of the law, one class a file; most of their values the program does not use yet.

Each value has one unit, so that a percentage or an amount a month cannot slip in where a share or an amount a day is
meant. Parts that have the same values share a class.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from sim.law.schema import Entry, Months, Placed, Weeks, YesNo
from sources.files import Strict

Share = Annotated[float, Field(ge=0, le=1)]

Flags: TypeAlias = list[Entry[bool, YesNo]]
Shares: TypeAlias = list[Entry[Share, Literal["share"]]]
EurosADay: TypeAlias = list[Entry[NonNegativeFloat, Literal["€/day"]]]
EurosAMonth: TypeAlias = list[Entry[NonNegativeFloat, Literal["€/month"]]]
EurosAYear: TypeAlias = list[Entry[NonNegativeFloat, Literal["€/year"]]]
Euros: TypeAlias = list[Entry[NonNegativeFloat, Literal["€"]]]
InMonths: TypeAlias = list[Entry[PositiveFloat, Months]]
InWeeks: TypeAlias = list[Entry[NonNegativeFloat, Weeks]]
InYears: TypeAlias = list[Entry[PositiveInt, Literal["years"]]]
Ages: TypeAlias = list[Entry[PositiveInt, Literal["years of age"]]]
BenefitDays: TypeAlias = list[Entry[NonNegativeInt, Literal["benefit days"]]]
Counts: TypeAlias = list[Entry[NonNegativeFloat, Literal["times"]]]


class ByChildren(Strict):
    """Amounts by number of children."""

    one: NonNegativeFloat
    two: NonNegativeFloat
    three_or_more: NonNegativeFloat


class Supplements(Placed):
    """supplements.yaml: what was paid on top of the basic amount, and what is taken off it by other income."""

    child_increase: list[Entry[ByChildren, Literal["€/day"]]]
    service_increase: EurosADay
    living_with_parents: Shares
    parents_income_limit: EurosAMonth
    other_income_limit: EurosAMonth
    other_income_deducted: Shares


class AdjustedBenefit(Placed):
    """adjusted_benefit.yaml: benefit beside part-time work."""

    deducted_share: Shares
    protected_earnings: EurosAMonth


class StepDown(Strict):
    """Shares of the original earnings-related allowance, each after so many paid days."""

    after_days: tuple[PositiveInt, ...]
    shares: tuple[Share, ...]


class Cohort(Strict):
    """Born in these years, both included: additional days for those who reach *age* before their maximum."""

    born: tuple[PositiveInt, PositiveInt]
    age: PositiveInt


class EarningsRelated(Placed):
    """earnings_related.yaml: the earnings part of the allowance, of which the municipality pays none, and its end."""

    share_below: Shares
    share_above: Shares
    breakpoint: EurosAMonth
    ceiling: Shares
    step_down: list[Entry[StepDown, Literal["share of the original"]]]
    additional_days: list[Entry[tuple[Cohort, ...], Literal["years of age"]]]
    additional_days_end: Ages


class Layoffs(Placed):
    """layoffs.yaml: whose days the municipality does not pay though the person is paid an allowance."""

    earnings_related_charged: Flags
    kela_benefits_charged: Flags
    additional_days_charged: Flags


class Accrual(Strict):
    """The share of months of work that counts, after so many months of it."""

    share: Share
    after_months: NonNegativeInt


class SubsidisedWork(Placed):
    """subsidised_work.yaml: what work with pay subsidy, services and other special work add to the work condition."""

    pay_subsidy: list[Entry[Accrual, Literal["share of months"]]]
    pay_subsidy_exceptions: list[Entry[Accrual, Literal["share of months"]]]
    services_60: Flags
    municipal_employment_duty: Flags
    full_month_wage: EurosAMonth
    half_month_wage: EurosAMonth
    entrepreneur: InMonths


class Billing(Placed):
    """billing.yaml: when Kela's invoices come."""

    invoice_lag: InMonths
    due_day: list[Entry[PositiveInt, Literal["day of month"]]]


class Sanctions(Placed):
    """sanctions.yaml: benefit lost by one's own neglect, by how many times within the look-back."""

    first_suspension: BenefitDays
    second_suspension: BenefitDays
    third_suspension: BenefitDays
    work_obligation: InWeeks
    work_obligation_after: Counts
    look_back: InMonths
    lost_job: list[Entry[PositiveInt, Literal["calendar days"]]]


class Meetings(Placed):
    """meetings.yaml: the contacts with job seekers that the law prescribes."""

    initial_interview_within: list[Entry[PositiveInt, Literal["working days"]]]
    supplementary_every: InWeeks
    supplementary_for: InMonths
    discussion_every: InMonths
    supplementary_each_half_year: Counts
    contacts_first_year: Counts
    applications: list[Entry[NonNegativeInt, Literal["a month"]]]
    profile_duty: Flags
    activation_period: Flags


class MeetingSchedule(NamedTuple):
    """The contacts that the law of a day prescribes; by the keys of meetings.yaml, None where no number is fixed.

    Parameters
    ----------
    initial_interview_within : working days from registration.
    discussion_every : months, counted from the initial interview.
    supplementary_every, supplementary_for : weeks between supplementary discussions, in so many first months.
    supplementary_each_half_year : supplementary discussions in the month after each half-year.
    """

    initial_interview_within: int
    discussion_every: float
    supplementary_every: float | None
    supplementary_for: float | None
    supplementary_each_half_year: float


class Subsidy(Placed):
    """A wage subsidy: the share of wage costs, its cap and its longest duration."""

    share: Shares
    cap: EurosAMonth
    duration: InMonths


class Subsidies(Placed):
    """subsidies.yaml: what the municipality can pay employers and clients for work and services."""

    pay_subsidy_50: Subsidy
    pay_subsidy_70: Subsidy
    pay_subsidy_100: Subsidy
    employment_subsidy_55: Subsidy
    pay_subsidy_60_duration: InMonths
    municipal_employer_in_general: Flags
    start_up_grant: EurosADay
    start_up_grant_duration: InMonths
    expense_compensation: EurosADay
    expense_compensation_far: EurosADay
    workplace_adjustment: Euros
    work_trial: InMonths
    work_trial_one_employer: InMonths
    self_motivated_study: InMonths
    change_security_training: InMonths


class Compensation(Placed):
    """compensation.yaml: what the state pays municipalities for the reform, for the whole country."""

    national_amount: EurosAYear
    base_year: list[Entry[PositiveInt, Literal["calendar year"]]]
    returned_share_of_index: Shares
    by_unemployment: Shares
    by_population: Shares
    foreign_language: EurosAYear
    meeting_reform_cut: EurosAYear


class Integration(Placed):
    """integration.yaml: what an immigrant is paid during integration, what the state pays for it, and for how long."""

    support_amount: EurosADay
    compensation_7_or_older: EurosAYear
    compensation_under_7: EurosAYear
    period: InYears
    period_quota_refugee: InYears
    refund_cut: EurosAYear
