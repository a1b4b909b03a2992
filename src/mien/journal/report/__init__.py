"""The report of a screening: one page, self-contained, that prints on A4."""

from mien.journal.report.page import write_report

__all__ = ["write_report"]
