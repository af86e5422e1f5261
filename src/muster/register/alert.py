"""What a register holds: alerts on objects, never on persons. There is no field that could hold one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from muster.model import make_id
from muster.register.number import key_of

ObjectClass = Literal["firearm", "light weapon", "ammunition lot", "component", "other numbered object",
                      "blank document"]  # fmt: skip
"""What may be sought. Persons are no class, and no class has a field for one."""

Part = Literal["whole", "frame", "receiver", "slide", "barrel", "bolt", "import", "proof", "lot", "other"]
"""What a number is stamped on; `whole`: the register does not say."""

Reason = Literal["lost", "stolen", "seized", "recovered", "trafficked", "captured", "diverted", "destroyed", "other",
                 "not said"]  # fmt: skip
"""Why an object is held. `lost` may be combat loss: a record is never evidence of a crime or of a sale."""

State = Literal["entered", "extended", "corrected", "found", "withdrawn", "expired"]
"""Where an alert stands. The first three are sought, the others are not."""

CLASSES: tuple[ObjectClass, ...] = get_args(ObjectClass)
PARTS: tuple[Part, ...] = get_args(Part)
REASONS: tuple[Reason, ...] = get_args(Reason)
STATES: tuple[State, ...] = get_args(State)
SOUGHT: tuple[State, ...] = ("entered", "extended", "corrected")

MATCHED_PARTS: tuple[Part, ...] = ("frame", "receiver", "slide", "barrel", "bolt")
"""Parts that makers stamp with the object's own number; import, proof and lot marks have numbers of their own."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is stamped on one part, series and number apart."""

    number: str
    series: str = ""
    part: Part = "whole"

    @property
    def text(self) -> str:
        """The number with its series, as one reads it.

        >>> Number("1234", "ГН").text
        'ГН 1234'
        """
        return f"{self.series} {self.number}".strip()

    @property
    def key(self) -> str:
        """The number folded; see `muster.register.number`."""
        return key_of(self.series, self.number)


@dataclass(frozen=True, slots=True)
class Alert:
    """An object that is sought, or is held as seized or recovered.

    reference: the register's own number of the alert. authority: the office that entered it. official: an authority
    entered it, through an official table or a user who acts for one; only then may `action` say what a finder is to do.
    entered, event: days of entry and of loss or theft. review: after it the alert lapses unless it is extended.
    snapshot: the day for which the register's table speaks; None for alerts entered here. links: ids of other alerts.
    """

    id: str
    register: str
    reference: str
    object_class: ObjectClass
    reason: Reason
    numbers: tuple[Number, ...]
    authority: str = ""
    official: bool = False
    kind: str = ""  # the register's own word: "pistol"
    make: str = ""
    model: str = ""
    calibre: str = ""
    country: str = ""
    year: int | None = None
    entered: date | None = None
    event: date | None = None
    review: date | None = None
    snapshot: date | None = None
    action: str = ""
    note: str = ""
    links: tuple[str, ...] = ()
    state: State = "entered"

    @property
    def sought(self) -> bool:
        """Whether it stands."""
        return self.state in SOUGHT

    @property
    def parts_differ(self) -> tuple[Part, ...]:
        """The parts that usually bear one number and here do not: the object was put together from several.

        >>> alert = Alert("", "r", "1", "firearm", "lost", (Number("12", part="frame"), Number("13", part="slide")))
        >>> alert.parts_differ
        ('frame', 'slide')
        """
        own = [number for number in self.numbers if number.part in MATCHED_PARTS]
        return tuple(number.part for number in own) if len({number.key for number in own}) > 1 else ()


def alert_id(register: str, reference: str) -> str:
    """Return the id of an alert: of its register and the register's own reference.

    >>> alert_id("ua-wanted-weapons", "1001")
    'alr:d03a3e702873f2b3'
    """
    return make_id("alr", register, reference)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is asked: a number, and what else is known of the object; "" and None: not known.

    part: which part bears the number. as_of: the day on which the register is to have stood. everything: alerts that
    are no longer sought, too.
    """

    number: str
    make: str = ""
    model: str = ""
    calibre: str = ""
    country: str = ""
    year: int | None = None
    part: Part | Literal[""] = ""
    as_of: date | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An alert that may be the object asked for: how its number differs, and how often such a match is chance.

    spelling: how the number was found: `exact`, `folded`, `no series` (the number fits, its series was not asked for),
    `one edit`, `unreadable` or `part`. distance: edits between the folded numbers, 0 or 1; signs that could not be read
    for a pattern. expected_by_chance: alerts that an object which is in no register would meet just as closely.
    fields: what was asked for and is held in other words, as `{field, asked, held}`.
    """

    alert: Alert
    number: Number
    spelling: str
    distance: int
    differences: tuple[dict[str, object], ...]
    fields: tuple[dict[str, object], ...]
    expected_by_chance: float


AnswerWord = Literal["match", "no_match", "cannot_tell"]

CAVEAT = (
    "A record is not evidence of a crime: objects are lost in war, recorded twice, and found again.",
    "No match is not clearance: a register holds what its authority published by the day of its snapshot.",
)
"""What every answer carries."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registers say about one number.

    candidates: nearest first, at most as many as were asked for. total: how many there are, about as
    many where `why` says so. elsewhere: alerts with the
    same number that contradict what else was asked (another model, another year). searched: the registers, each with
    the day of its snapshot and how many alerts it holds. why: why the answer is what it is.
    """

    query: Lookup
    answer: AnswerWord
    why: str
    candidates: tuple[Candidate, ...] = ()
    total: int = 0
    elsewhere: int = 0
    expected_by_chance: float = 0.0
    searched: tuple[dict[str, object], ...] = ()
    caveat: tuple[str, ...] = field(default=CAVEAT)
