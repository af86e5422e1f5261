"""What a case file says of how its sources are read: the bounds on them, and the rates of the day."""

from __future__ import annotations

from muster.case import Case
from muster.profiles import Rates, rate_file
from muster.sources import Limits


def case_limits(case: Case) -> Limits:
    """Return the bounds of a case: the built-in ones, but for those that its file raises."""
    written = {name: getattr(case.file.limits, name) for name in case.file.limits.__struct_fields__}
    return Limits(**{name: value for name, value in written.items() if value is not None})


def case_rates(case: Case) -> Rates:
    """Return the rates of a case; raises `CaseError` for a file that is no table of rates."""
    return Rates(tuple(rate_file(case.path(entry.path), entry.base, entry.path) for entry in case.file.rates))
