"""Decisions: what planners ask of scenarios once they can be run; nothing that a run itself needs is here."""
