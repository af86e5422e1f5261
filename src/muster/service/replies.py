"""What the service answers: types for the OpenAPI page, held to the real answers by tests.

They name every field, and none that is not theirs is answered.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field


class Reply(Struct, forbid_unknown_fields=True):
    """What every answer is."""


class Receipt(Reply):
    """Where a search stands in the log: keep it, and a later check shows whether the log was changed."""

    segment: int
    n: int
    digest: str


class Candidate(Reply, kw_only=True):
    """An alert that may be the object asked for. action: what the authority that entered it asks a finder to do."""

    alert: str
    object_class: str = field(name="class")
    number: str
    part: str
    spelling: str
    differences: list[dict[str, Any]]
    distance: int
    fields: list[dict[str, Any]]
    reason: str
    state: str
    snapshot: str | None
    expected_by_chance: float
    register: str
    reference: str
    authority: str
    make: str
    model: str
    calibre: str
    country: str
    year: int | None
    event: str | None
    entered: str | None
    action: str
    parts_differ: list[str]


class Answer(Reply):
    """The answer to one question, with what it does not say in `caveat`."""

    query: dict[str, Any]
    answer: Literal["match", "no_match", "cannot_tell"]
    why: str
    candidates: list[Candidate]
    total: int
    elsewhere: int
    expected_by_chance: float
    searched: list[dict[str, Any]]
    caveat: list[str]


class Answered(Answer, kw_only=True):
    """One answer and its receipt."""

    receipt: Receipt


class AnsweredList(Reply):
    """Answers in the order of the questions. expected_by_chance: matches to expect in the list by chance alone."""

    answers: list[Answer]
    expected_by_chance: float
    caveat: list[str]
    receipt: Receipt


class Alert(Reply):
    """An alert as it stands; fields that are empty are left out."""

    id: str
    register: str
    reference: str
    object_class: str
    reason: str
    numbers: list[dict[str, str]]
    state: str
    sought: bool
    authority: str | UnsetType = UNSET
    official: bool | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    make: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    calibre: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    year: int | UnsetType = UNSET
    entered: str | UnsetType = UNSET
    event: str | UnsetType = UNSET
    review: str | UnsetType = UNSET
    snapshot: str | UnsetType = UNSET
    action: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    links: list[str] | UnsetType = UNSET


class AlertRead(Alert, kw_only=True):
    """An alert with its confirmed hits."""

    hits: list[dict[str, str]]
    parts_differ: list[str]
    caveat: list[str]
    receipt: Receipt


class Fact(Reply):
    """A line of a journal."""

    n: int
    at: str
    who: str
    what: str
    about: dict[str, Any]
    reason: str


class History(Reply):
    """What became of an alert, oldest first."""

    history: list[Fact]
    receipt: Receipt


class Entered(Reply):
    """Ids of the alerts entered. blanked: passages of their texts that looked like persons and were blanked."""

    entered: list[str]
    blanked: int


class Hit(Reply):
    """A match that a named user confirmed."""

    alert: str
    by: str
    reason: str
    at: str
    number: str
    caveat: list[str]


class LoggedSearch(Fact, kw_only=True):
    """A search as the log has it."""

    receipt: Receipt


class Log(Reply):
    """Searches, oldest first. next: what to give as `after` for the next page."""

    searches: list[LoggedSearch]
    next: str | None
    receipt: Receipt


class Verified(Reply):
    """A log that is as it was written."""

    searches: int
    segments: int
    dropped: int
    head: Receipt | None
    first: str
    last: str
    receipt: Receipt


class Health(Reply):
    """Whether the service can answer. log: `written`, or why searches cannot be logged and therefore not answered."""

    status: Literal["ok", "failing"]
    version: str
    log: str


class Problem(Reply):
    """What happened, where, what was found, what to do."""

    kind: str
    what: str
    where: str
    found: str
    do: str
    ids: list[str]


class Refusal(Reply):
    """The one shape of every error."""

    error: Problem
