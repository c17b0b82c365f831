"""Decisions: what a planner asks of runs and scenarios before money is spent or services are cut."""
