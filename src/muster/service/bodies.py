"""What a request may say: types that refuse what they do not know, and from which the OpenAPI page is made."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

LARGEST_BATCH = 1000
"""Look-ups of one request. A CSV may have more rows: it is answered in batches of this size."""

Text = Annotated[str, Meta(max_length=200)]
Purpose = Annotated[
    str, Meta(min_length=3, max_length=200, description="Why it is asked; kept in the log of searches.")
]
Why = Annotated[str, Meta(min_length=3, max_length=1000, description="Kept in the register's journal.")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$", description="YYYY-MM-DD")]


class Question(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A number, and what else is known of the object."""

    number: Annotated[str, Meta(min_length=1, max_length=200, description="As read; `?` one unreadable sign, `*` any.")]
    make: Text = ""
    model: Text = ""
    calibre: Text = ""
    country: Text = ""
    year: Annotated[int, Meta(ge=1600, le=2100)] | None = None
    part: Text = ""
    as_of: Day | None = None
    everything: bool = False


class LookUp(Question, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One look-up and its purpose."""

    purpose: Purpose


class LookUps(Struct, forbid_unknown_fields=True):
    """Several look-ups for one purpose."""

    purpose: Purpose
    lookups: Annotated[list[Question], Meta(min_length=1, max_length=LARGEST_BATCH)]


class Enter(Struct, forbid_unknown_fields=True):
    """Alerts to enter, all or none. The fields of an alert stand in docs/service.md; none could hold a person."""

    reason: Why
    alerts: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=LARGEST_BATCH)]


class Extend(Struct, forbid_unknown_fields=True):
    """A later review date."""

    reason: Why
    review: Day


class Correct(Struct, forbid_unknown_fields=True):
    """Fields with their right values."""

    reason: Why
    fields: Annotated[dict[str, Any], Meta(min_length=1)]


class Close(Struct, forbid_unknown_fields=True):
    """The object was found, or the alert is withdrawn."""

    reason: Why


class Link(Struct, forbid_unknown_fields=True):
    """Another alert that has to do with it."""

    reason: Why
    to: Annotated[str, Meta(pattern=r"^alr:[0-9a-f]{16}$")]


class Confirm(Struct, forbid_unknown_fields=True):
    """A user compared an object with an alert, and says that it is the one."""

    reason: Why
    alert: Annotated[str, Meta(pattern=r"^alr:[0-9a-f]{16}$")]
    number: Annotated[str, Meta(min_length=1, max_length=200, description="The number as it stands on the object.")]
