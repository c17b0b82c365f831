"""All benchmarks in turn."""

from benchmarks import actuals, durations, flow, ledger, reprice

actuals.report()
durations.report()
flow.report()
ledger.report()
reprice.report()
