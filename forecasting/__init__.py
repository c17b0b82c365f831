"""What will come in: monthly series of what was observed, continued as sampled paths.

A forecast of the number of people on unemployment benefit is not one line but many: each draw of a run gets a path of
its own, with months that hang together, so that a budget's spread is the spread of whole years and not of single
months. ``ets`` fits one careful exponential-smoothing model to a monthly series, forecasts its quantiles, samples its
paths and tells how it would have done in the past. ``flows`` turns a path of the *stock* of recipients into what the
simulation needs: how many more or fewer people come each month, and how much more or less readily they leave.

Verbs: ``fit`` a series, then ``forecast`` quantiles or ``sample`` paths; ``backtest`` the series and read its
``record`` before trusting the band; ``factors`` of a path for the simulation.
"""
