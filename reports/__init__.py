"""What people read: a run's figures as tables and charts, in the Finnish that a planner expects.

A planner opens a forecast with four questions, and each has its page. What will the budget years cost, and how sure
is that: ``years_table``, and month by month ``months_table``. How does it look against what has been: ``fan_chart``,
titled with the one sentence that ``finding`` draws from the figures and no more. May the model be trusted:
``validation_table``, ``billed_year_table`` and ``old_law_table`` hold it against Kela. What does it all rest on:
``assumptions_table``, ``exposure_table`` and ``questions_table`` say how many euros hang on it. And what one client
costs, by a history written by hand: ``history_table``. Of a stored run: what another law changes,
``difference_table``, and where its euros come from, ``explanation``. What new months bring, and which old ones were
revised, is told by ``import_report``. And will the budget hold: ``budget_tables``, ``net_finding`` and ``net_chart``
set the net against it, and ``appropriations_table`` prints the budget itself. How long unemployment lasts, from a
city's own spells, is told by ``duration_tables`` and ``durations_chart``.

Nothing is computed here that ``scenarios`` could have computed: medians, intervals, ratios and verdicts come finished
in its frames, and a report picks, orders, rounds and labels them. ``numbers`` writes numbers the Finnish way, ``lines``
knows the names of budget lines; all else is layout. Costs are positive, and each table and chart says so.
"""

from reports.budget import NO_BUDGET, appropriations_table, budget_tables, memo_table, net_finding
from reports.durations import duration_tables
from reports.durations_chart import durations_chart
from reports.explain import explanation
from reports.fan import fan_chart, finding
from reports.imports import behind_note, import_report
from reports.net_chart import net_chart
from reports.reprice import difference_table
from reports.tables import (
    assumptions_table,
    billed_year_table,
    exposure_table,
    history_table,
    months_table,
    old_law_table,
    questions_table,
    validation_table,
    years_table,
)

__all__ = ["NO_BUDGET", "appropriations_table", "assumptions_table", "behind_note", "billed_year_table",
           "budget_tables", "difference_table", "duration_tables", "durations_chart", "explanation",
           "exposure_table", "fan_chart", "finding", "history_table", "import_report", "memo_table", "months_table",
           "net_chart", "net_finding", "old_law_table", "questions_table", "validation_table", "years_table"]
