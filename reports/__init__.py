"""What people read: a run's figures as tables and charts, in the Finnish that a planner expects.

A planner opens a forecast with four questions, and each has its page. What will the budget years cost, and how sure
is that: ``years_table``, and month by month ``months_table``. How does it look against what has been: ``fan_chart``,
titled with the one sentence that ``finding`` draws from the figures and no more. May the model be trusted:
``validation_table``, ``billed_year_table`` and ``old_law_table`` hold it against Kela. What does it all rest on:
``assumptions_table``, ``exposure_table`` and ``questions_table`` say how many euros hang on it. And what one client
costs, by a history written by hand: ``history_table``. Of a stored run: what another law changes,
``difference_table``, and where its euros come from, ``explanation``. What new months bring, and which old ones were
revised, is told by ``import_report``; how old the stored series are, by ``status_table``. And will the budget hold:
``budget_tables``, ``net_finding`` and ``net_chart`` set the net against it, and ``appropriations_table`` prints the
budget itself. Why is the outturn off it: ``variance_tables`` and ``variance_chart``. How long unemployment
lasts, from a city's own spells: ``duration_tables`` and ``durations_chart``.

Nothing is computed here that ``scenarios`` could have computed: medians, intervals, ratios and verdicts come finished
in its frames, and a report picks, orders, rounds and labels them. ``numbers`` writes numbers the Finnish way, ``lines``
knows the names of budget lines; all else is layout. Costs are positive, and each table and chart says so.
"""
