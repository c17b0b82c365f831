"""Decisions: what a forecast and a scenario's effect rest on, and how far they move when that is otherwise."""
