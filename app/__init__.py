"""How people reach it: the command ``kuntaosuus``. Commands read options, call ``scenarios``, show ``reports``.

A command imports what it works with inside itself, and only there: statsmodels, scipy, pandas and matplotlib take
seconds to load, and no help text, wrong option or small command should wait for what it does not use. So the modules of
commands (``cli``, ``actuals``, ``budget``, ``law``, ``ledger``, ``stored``) and ``console`` import nothing heavy at
their top. ``outcome``, ``checks`` and ``net_account`` say what commands print and draw; commands import them, too, when
they run.
"""

import os

# Nothing here solves a system large enough for threads of linear algebra: they only spin, and take twice the CPU time.
# Set before numpy is first imported, which reads it then; worker processes inherit it. Whoever has set a number, by one
# of these names or for all at once, keeps it. OMP_NUM_THREADS itself is left alone, for Arrow's readers heed it, too.
if "OMP_NUM_THREADS" not in os.environ:
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
