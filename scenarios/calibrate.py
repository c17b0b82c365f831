"""Calibration: the few free numbers, fitted to Kela's months by simulation with common random numbers.

Three numbers say how people move (level of exits, level of returns, share of exits to work that last). For each trial
of them the past is simulated anew with the same draws, and arrivals, the opening stock and utilisation by class are
solved for (``fitting``); so the three are a small nonlinear least-squares problem. When days are paid is read off the
switch to general support, before and without simulation. The curvature at the optimum, widened by the misfit, is the
uncertainty that draws use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from forecasting.flows import FlowFactors
from forecasting.paths import StockModel
from scenarios.build import Behaviour
from scenarios.calibration import NAMES, Calibration, Payment, Stored
from scenarios.fitting import EUROS_SD, Problem, Weighed, weigh
from scenarios.history import ARRIVALS, History, simulate_history, tally
from scenarios.inputs import Inputs
from scenarios.observed import Observed, observe
from scenarios.series import recipients_of
from scenarios.workers import worker_pool
from sim.clients.clients import Clients
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.opening import draw_opening
from sim.law.benefits import Benefit
from sim.law.calendar import benefit_days_before, month_label, month_of, month_start
from sim.money.account import daily_prices
from sim.money.ledger import Periods, ladder_of, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix
from sources.errors import InputError
from sources.files import digest

SEED = 2025  # of the library, unless another is asked for
STEP = np.array([0.08, 0.12, 0.06])  # of the derivatives: wide enough that simulation noise is small beside it
EVALUATIONS = 6
ACCRUED_MONTHS = 6  # a late payment comes at most 4.3 months after its day
SWITCH_SD = 0.01  # of the observed share of general support in a month's payments
LEAST_MONTHS = 9  # below, a class is seen in too few sound months


def calibrate(inputs: Inputs, seed: int, workers: int,
              progress: Callable[[str], None] = lambda text: None) -> Calibration:
    """Fit the model to the months of *inputs* (cut them with ``Inputs.until``).

    Parameters
    ----------
    seed : of the library's draws; the same inputs and seed give the same calibration, whatever *workers*.
    progress : called with a line of text after each round.
    """
    inputs = replace(inputs, law=inputs.calibrated_law)
    observed = observe(inputs)
    if observed.months < LEAST_MONTHS:
        raise InputError(inputs.area.kela_share, "", f"holds {observed.months} months", f"give at least {LEAST_MONTHS}")
    unseen = np.flatnonzero(~observed.usable.any(axis=0))
    if len(unseen):
        label = inputs.law.ladder(int(month_start(inputs.newest))).class_labels[1 + int(unseen[0])]
        raise InputError(inputs.area.kela_share, f"day class {label}",
                         f"has no month free of known breaks up to {month_label(inputs.newest)}",
                         "choose a later --until")
    profile, timed = fit_payment(inputs, observed)
    progress(f"payment: {profile.delay_days:.1f} benefit days after a period, {profile.late_share:.1%} late"
             f"{'' if timed else ' (assumed: no switch of benefit in the data yet)'}")
    prior, spread = _behaviour_prior(inputs)
    trial = _Trial(inputs, observed, profile, seed)
    tried: dict[bytes, Weighed] = {}
    with worker_pool(workers) as pool:
        def run(points: list[np.ndarray]) -> list[Weighed]:
            new = [point for point in points if point.tobytes() not in tried]
            tried.update(zip((point.tobytes() for point in new), pool.map(trial, new), strict=True))
            return [tried[point.tobytes()] for point in points]

        def residuals(point: np.ndarray) -> np.ndarray:
            return np.concatenate([run([point])[0].residuals, (point - prior) / spread])

        def jacobian(point: np.ndarray) -> np.ndarray:
            run(_with_neighbours(point))
            base, *aside = (residuals(each) for each in _with_neighbours(point))
            progress(f"exits × {point[0]:.3f}, returns × {point[1]:.3f}, lasting {point[2]:.3f}: "
                     f"misfit {base @ base:.0f}")
            return np.stack([(each - base) / step for each, step in zip(aside, STEP, strict=True)], axis=1)

        found = least_squares(residuals, prior, jacobian, bounds=(prior / 4, np.minimum(prior * 4, [9, 9, 0.97])),
                              x_scale=spread, max_nfev=EVALUATIONS, xtol=3e-3, ftol=3e-3)
        fits = run(_with_neighbours(found.x))
    return _collect(trial, fits, found)


def _with_neighbours(point: np.ndarray) -> list[np.ndarray]:
    """*point*, then one step along each axis: what a derivative needs."""
    return [point, *(point + STEP * unit for unit in np.eye(len(STEP)))]


@dataclass(frozen=True, eq=False)
class _Trial:
    """The past simulated and weighed under one vector of behaviour: what worker processes are handed."""

    inputs: Inputs
    observed: Observed
    profile: PaymentProfile
    seed: int

    def history(self, point: np.ndarray) -> History:
        """The library of clients under the behaviour *point*."""
        outflow = observed_flows(self.inputs, self.observed.months).outflow
        return simulate_history(self.inputs, Behaviour(*point), outflow, self.seed)

    def problem(self, history: History) -> Problem:
        """The weights' least-squares problem of that library."""
        inputs, observed = self.inputs, self.observed
        periods = Periods.of_months(observed.first_month, observed.months, inputs.law)
        season = inputs.season[(observed.first_month + np.arange(observed.months)) % 12]
        utilisation, members = inputs.assumed.payment.utilisation, inputs.assumed.arrivals.member_share
        return Problem(
            tally=tally(history, inputs),
            observed=observed,
            matrix=payment_matrix(periods, observed.first_month, observed.months, self.profile),
            prices=daily_prices(inputs.law, periods, np.ones(len(ladder_of(inputs.law, periods).shares))),
            pattern=season * observed_flows(inputs, observed.months).arrivals,
            utilisation=utilisation.array,
            utilisation_sd=utilisation.sd,
            arrivals=ARRIVALS * np.array([members, 1 - members]),
        )

    def __call__(self, point: np.ndarray) -> Weighed:
        return weigh(self.problem(self.history(point)))


def past_of(inputs: Inputs, calibration: Calibration) -> tuple[History, Problem]:
    """The past as *calibration* simulated it from the same *inputs*, and the problem of its weights."""
    trial = _Trial(inputs, observe(inputs), calibration.profile, calibration.stored.seed)
    history = trial.history(np.array(calibration.stored.values[: len(STEP)]))
    return history, trial.problem(history)


def _behaviour_prior(inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    free = (inputs.assumed.exits.level, inputs.assumed.returns.level, inputs.assumed.exits.lasting)
    return np.array([float(a) for a in free]), np.array([a.sd for a in free])


def stock_model(inputs: Inputs) -> StockModel:
    """The municipality's recipients with the assumptions that turn them into flow factors."""
    macro = inputs.assumed.macro
    recipients = inputs.recipients.rename(recipients_of(inputs.area.title))
    return StockModel(recipients, float(macro.turnover), float(macro.arrival_share), macro.arrival_share.sd)


def observed_flows(inputs: Inputs, months: int) -> FlowFactors:
    """Factors on arrivals and exits in the newest *months* observed months."""
    return stock_model(inputs).observed(months)


def fit_payment(inputs: Inputs, observed: Observed) -> tuple[PaymentProfile, bool]:
    """Payment profile, and whether the data held a switch of benefits to read it from.

    Days from 1 May 2026 are general support, days before are not: the share of general support in each month's
    payments says how long after their day days are paid. Days by month are taken as proportional to benefit days.
    """
    assumed = inputs.assumed.payment
    prior = np.array([float(assumed.delay_days), float(assumed.late_share)])
    spread = np.array([assumed.delay_days.sd, assumed.late_share.sd])
    advanced = inputs.advanced_share
    seen = np.isfinite(observed.new_law_share)
    if not seen.any():
        return PaymentProfile(float(prior[0]), float(prior[1]), advanced), False
    begin = observed.first_month - ACCRUED_MONTHS
    starts = month_start(begin + np.arange(observed.months + ACCRUED_MONTHS + 1))
    periods = Periods(starts, month_of(starts[:-1]))
    days = np.diff(benefit_days_before(starts))
    new = starts[:-1] >= inputs.law.benefit_kinds[Benefit.GENERAL].first

    def residuals(point: np.ndarray) -> np.ndarray:
        profile = PaymentProfile(point[0], point[1], advanced)
        paid = payment_matrix(periods, observed.first_month, observed.months, profile)
        share = (days * new) @ paid / (days @ paid)
        return np.concatenate([(share - observed.new_law_share)[seen] / SWITCH_SD, (point - prior) / spread])

    found = least_squares(residuals, prior, bounds=([0, 0], [20, 0.3]), x_scale=spread)
    return PaymentProfile(float(found.x[0]), float(found.x[1]), advanced), True


def _collect(trial: _Trial, fits: list[Weighed], found: OptimizeResult) -> Calibration:
    """The calibration at the optimum *found*, from its fit and those a step aside."""
    inputs, observed, weighed = trial.inputs, trial.observed, fits[0]
    misfit = max(1.0, float((weighed.residuals[: weighed.observations] ** 2).mean()))
    ladder = inputs.law.ladder(int(month_start(inputs.newest)))
    values = np.concatenate([found.x, weighed.level, weighed.utilisation])
    utilisation = inputs.assumed.payment.utilisation.array
    priors = [*_behaviour_prior(inputs)[0].tolist(), None, None, *utilisation.tolist()]  # arrivals are free
    profile = trial.profile
    stored = Stored(
        area=inputs.area.name,
        until=month_label(inputs.newest),
        seed=trial.seed,
        inputs=digest(*inputs.area.files()),
        law=inputs.rules,
        names=[*NAMES, *(f"utilisation {label}" for label in ladder.class_labels[1:])],
        values=[round(float(v), 6) for v in values],
        priors=priors,
        covariance=_covariance(trial, fits, found, misfit).round(9).tolist(),
        payment=Payment(delay_days=round(profile.delay_days, 3), late_share=round(profile.late_share, 4),
                        advanced_share=profile.advanced_share, timing_sd=round(_timing_sd(observed, weighed), 4)),
        misfit=round(misfit, 3),
        fit=_fit_rows(observed, weighed, ladder.class_labels[1:]),
    )
    history = trial.history(found.x)
    weights = weighed.weights[history.group]
    return Calibration(stored, _opening(inputs, history, weights), _accrued(inputs, history, weights))


def _opening(inputs: Inputs, history: History, weights: np.ndarray) -> Clients:
    """The people at the end of the newest month."""
    now = int(month_start(inputs.newest))
    window = inputs.law.work_condition(now).window_months * DAYS_PER_MONTH
    end = float(month_start(inputs.newest + 1) - history.origin)
    waiting = inputs.law.waiting_days(now)
    return draw_opening(history.clients, history.log, weights, end, history.origin, window, waiting)


def _covariance(trial: _Trial, fits: list[Weighed], found: OptimizeResult, misfit: float) -> np.ndarray:
    """Covariance of behaviour, arrivals and utilisation: the latter two move with behaviour, and vary about it."""
    behaviour = np.linalg.inv(found.jac.T @ found.jac) * misfit
    base, *aside = (np.concatenate([each.level, each.utilisation]) for each in fits)
    slope = np.stack([(each - base) / step for each, step in zip(aside, STEP, strict=True)], axis=1)
    months = trial.observed.usable.sum(axis=0)
    utilisation = 1 / (months / EUROS_SD**2 + 1 / trial.inputs.assumed.payment.utilisation.sd**2)
    own = np.diag(np.concatenate([fits[0].level_sd**2, utilisation])) * misfit
    return np.block([[behaviour, behaviour @ slope.T], [slope @ behaviour, slope @ behaviour @ slope.T + own]])


def _timing_sd(observed: Observed, weighed: Weighed) -> float:
    """Spread of the share of a month's payments that slips: a slip shows twice, so the residual's over √2."""
    whole = observed.usable.all(axis=1)
    ratio = observed.euros[whole].sum(axis=1) / weighed.euros.sum(axis=1)[whole].sum(axis=1)
    return float(np.std(np.log(ratio)) / np.sqrt(2)) if whole.sum() > 2 else EUROS_SD / np.sqrt(2)


def _fit_rows(observed: Observed, weighed: Weighed, classes: tuple[str, ...]) -> list[dict[str, str | float]]:
    model = weighed.euros.sum(axis=1)
    return [
        {"month": month_label(observed.first_month + month), "line": label,
         "kela": round(float(observed.euros[month, place]), 2), "model": round(float(model[month, place]), 2),
         "residual": round(float(observed.euros[month, place] - model[month, place]), 2),
         "used": float(observed.usable[month, place])}
        for month in range(observed.months) for place, label in enumerate(classes)
    ]


def _accrued(inputs: Inputs, history: History, weights: np.ndarray) -> np.ndarray:
    """(ACCRUED_MONTHS, benefits, classes) paid days of the newest months: some of them are not paid yet."""
    periods = Periods.of_months(history.first_month + history.months - ACCRUED_MONTHS, ACCRUED_MONTHS, inputs.law)
    rows = paid_day_rows(history.log, history.clients, history.origin, periods, inputs.law)
    client = history.log["client"].to_numpy()[rows.spell]
    days = rows.totals(len(periods), len(ladder_of(inputs.law, periods).shares), weights[client])
    month = periods.month - periods.month[0]
    return np.stack([days[month == m].sum(axis=0) for m in range(ACCRUED_MONTHS)])

