"""All benchmarks in turn."""

from benchmarks import actuals, flow, ledger, reprice

actuals.report()
flow.report()
ledger.report()
reprice.report()
