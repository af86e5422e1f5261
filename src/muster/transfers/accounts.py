"""The states of counted things, and the accounts that a line in each state moves a quantity between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["supplier", "recipient"]


@dataclass(frozen=True, slots=True)
class State:
    """One state.

    account: what a line in this state moves a quantity into; side: whose account that is.
    before: the account that it comes from, unless the source has an earlier state of the same chain.
    means: what it says. never: what it is often taken for, and is not.
    """

    name: str
    account: str
    side: Side
    before: str
    means: str
    never: str


_FIELD = "recipient stock"

STATES: dict[str, State] = {
    state.name: state
    for state in (
        State("pledged", "promised", "supplier", "donor stock", "promised", "allocated"),
        State("allocated", "set aside", "supplier", "donor stock", "a concrete package set aside or sent", "delivered"),
        State("ordered", "on order", "supplier", "donor stock", "an order or licence was signed", "delivered"),
        State("shipped", "in transit", "supplier", "donor stock", "left the supplier", "delivered"),
        State("delivered", "recipient stock", "recipient", "donor stock", "handed over", "reached a unit"),
        State("issued", "field", "recipient", _FIELD, "given to units", "verified"),
        State("verified", "verified", "recipient", _FIELD, "seen, or its serial read, in the rule's time", "in use"),
        State("overdue", "overdue", "recipient", _FIELD, "its inventory is overdue", "missing"),
        State("expended", "expended", "recipient", _FIELD, "reported as fired or used up", "lost"),
        State("damaged", "damaged", "recipient", _FIELD, "damaged; it may come back", "destroyed"),
        State("abandoned", "abandoned", "recipient", _FIELD, "left behind", "captured"),
        State("lost", "lost", "recipient", _FIELD, "reported as lost", "stolen"),
        State("stolen", "stolen", "recipient", _FIELD, "a crime was reported", "trafficked"),
        State("captured", "captured", "recipient", _FIELD, "taken by the other side", "sold"),
        State("destroyed", "destroyed", "recipient", _FIELD, "destroyed", "lost without a trace"),
        State("diverted", "diverted", "recipient", _FIELD, "other end user or use than was authorised", "trafficked"),
        State("seized", "seized", "recipient", "diverted", "in official custody", "trafficked"),
        State("recovered", "recovered", "recipient", "lost", "found again", "never lost"),
    )
}
"""Every state, in the order of a life; docs/transfers.md prints them."""

PROMISES = ("pledged", "allocated", "ordered")
CHAIN = ("pledged", "allocated", "ordered", "shipped", "delivered", "issued")
"""States that follow on one another: in a book that has several, a line leaves the account of the one before."""

FATES = ("expended", "destroyed", "captured", "lost", "stolen", "diverted", "seized")
"""Where an item is accounted for because it is gone from the recipient's hands."""

SEEN = ("verified",)
"""Where an item is accounted for because somebody saw it."""

PASSING = ("damaged", "abandoned", "captured", "destroyed")
"""The order in which a list of losses lets one item pass through several states; what is destroyed stays destroyed."""


def rank(state: str) -> int:
    """Return the place of a state among those that one lost item passes through; 0 for others.

    >>> rank("damaged") < rank("abandoned") < rank("captured") < rank("destroyed")
    True
    """
    return PASSING.index(state) + 1 if state in PASSING else 0


def accounts(state: str, held: frozenset[str]) -> tuple[str, str]:
    """Return the accounts that a line leaves and enters.

    held: states that the whole book has. A delivery leaves `set aside` where the book has allocations, `promised`
        where it has pledges only, and the donor's stock where it has neither.

    >>> accounts("delivered", frozenset({"pledged", "delivered"})), accounts("delivered", frozenset({"delivered"}))
    (('promised', 'recipient stock'), ('donor stock', 'recipient stock'))
    >>> accounts("captured", frozenset({"captured"}))
    ('recipient stock', 'captured')
    """
    found = STATES[state]
    if state in CHAIN:
        earlier = [name for name in CHAIN[: CHAIN.index(state)] if name in held]
        if earlier:
            return STATES[earlier[-1]].account, found.account
    return found.before, found.account


def side(account: str) -> Side:
    """Return whose account it is.

    >>> side("donor stock"), side("captured")
    ('supplier', 'recipient')
    """
    if account == "donor stock":
        return "supplier"
    return next(state.side for state in STATES.values() if state.account == account)
