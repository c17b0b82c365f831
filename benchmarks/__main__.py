"""All benchmarks in turn."""

from benchmarks import flow, ledger, reprice

flow.report()
ledger.report()
reprice.report()
