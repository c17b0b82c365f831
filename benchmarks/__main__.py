"""All benchmarks in turn."""

from benchmarks import actuals, flow, ledger

actuals.report()
flow.report()
ledger.report()
