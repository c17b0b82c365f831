"""What people read: a run's figures as tables and charts, and stored runs as workbook, briefing, export and notebooks.

On the console, in Finnish: tables of years and months, the budget, variances, effects and decisions, a module each.
For all who read elsewhere, in Finnish or English: ``charts`` (listed in ``charts.drawn``), ``workbook`` (Excel),
``briefing`` (HTML and PDF of one content), ``export`` (a star schema), ``notebook``. They take a ``ReportSet`` of
stored runs and simulate nothing.

Nothing is computed here that ``scenarios`` could have computed: medians, intervals, ratios and verdicts come finished
in its frames, and a report picks, orders, rounds and labels them. A sentence is drawn from the figures, no more.
``language`` knows the messages, ``numbers`` writes numbers and dates, ``lines`` and ``run_titles`` know names,
``style`` is how charts look. Costs are positive, and each table and chart says so.
"""
