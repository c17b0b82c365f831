"""How people reach it: the command ``kuntaosuus``. Commands read options, call ``scenarios``, show ``reports``.

A command imports what it works with inside itself, and only there: statsmodels, scipy, pandas and matplotlib take
seconds to load, and no help text, wrong option or small command should wait for what it does not use. So the modules of
commands (``cli``, ``actuals``, ``budget``, ``law``, ``ledger``, ``stored``) and ``console`` import nothing heavy at
their top. ``outcome``, ``checks`` and ``net_account`` say what commands print and draw; commands import them, too, when
they run.
"""
