"""Runs as an Excel workbook: a cover, one sheet a table, sums and differences as formulas, charts of Excel's own."""
