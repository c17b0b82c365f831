"""What stored runs tell to those who read reports: every figure of a chart, sheet, page or export that a run's own
tables do not hold is computed here, and nothing is simulated.

``report_set`` opens the runs of a report together and sets their key figures side by side.
"""
