"""What a case found, as one page that needs nothing else, and the same as JSON and Markdown."""

from __future__ import annotations

from muster.model import Walk
from muster.report.data import ReportData
from muster.report.markdown import markdown
from muster.report.opening import summary
from muster.report.page import html
from muster.report.record import record

__all__ = ["ReportData", "Walk", "build", "summary"]


def build(data: ReportData) -> dict[str, bytes]:
    """Return the report's files: `index.html`, `report.json` and `report.md`.

    data: all that is shown; nothing else is read, no clock is asked, so equal data give equal bytes.
    Every text of `data` is taken for hostile: it is escaped, and characters that hide or reorder text are spelt out.
    Raises `KeyError` where a row lacks a column of its table in `muster.schema`.

    >>> sorted(build(ReportData.empty("Nothing yet")))
    ['index.html', 'report.json', 'report.md']
    """
    return {
        "index.html": html(data).encode(),
        "report.json": record(data),
        "report.md": markdown(data).encode(),
    }
