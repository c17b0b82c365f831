"""All benchmarks in turn."""

from benchmarks import flow, ledger

flow.report()
ledger.report()
