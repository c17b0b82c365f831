"""All benchmarks in turn."""

from benchmarks import actuals, durations, flow, hazards_from_stocks, ledger, mean_field, pool, reprice

actuals.report()
durations.report()
flow.report()
hazards_from_stocks.report()
ledger.report()
mean_field.report()
pool.report()
reprice.report()
