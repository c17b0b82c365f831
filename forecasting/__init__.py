"""What will come in: monthly series of what was observed, continued with quantiles and sampled paths.

One set of verbs on a tidy frame (series, month, value): ``fit``, then ``forecast`` quantiles, ``sample`` joint paths
and ``explain`` why; ``backtest`` from rolling origins, and ``summary`` or ``score_bands`` of it before trusting a band.

Five models (``members``) look at the logarithm of a series. At each quantile their median counts (``combine``), pulled
to the long-run seasonal mean (``pull``), stretched by the past errors of other municipalities (``panel``,
``calibrate_intervals``) and held within bounds (``guards``). What is done to a series before is in ``series``;
``record`` keeps every forecast beside what came.

A municipality can also be forecast as its ``share`` of the country times a national path, which is a choice: the own
one, an official ``outlook``, or either with a ``shock``. ``nowcast`` gives months whose statistic is not out yet.

A run of the simulation samples its paths of recipients from the same forecast (``paths``); ``flows`` turns such a path
into factors on arrivals and exits.
"""
