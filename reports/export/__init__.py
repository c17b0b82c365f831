"""Runs as a star schema for Power BI, DuckDB and other tools: facts, dimensions, and a dictionary of both."""
