"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

FORMULA = tuple("=+-@\t\r")
"""Characters with which a formula begins, by OWASP's advice."""


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula; what is a number stays one.

    >>> cell("=1+1"), cell("-5"), cell(-5), cell(None)
    ("'=1+1", "'-5", '-5', '')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, (int, float)) else text
