"""Every way in which Muster stops, as one small tree.

::

    MusterError                 something a person must look at; says what, where, found, do
    ├── CaseError               the case file, or a path that it names
    ├── ProfileError            a profile declares what cannot be read
    ├── SourceError             a file that cannot be opened or is no archive at all
    ├── JournalError            a broken chain, or a line that is no journal line
    ├── UnknownId               an id that no table of this case holds
    ├── QueryError              SQL that the read-only tables refuse
    ├── RecogniseError          input of the recogniser that is not in its contract
    ├── ClaimError              an article that cannot be read into claims
    ├── RegisterError           an alert, a table or a question that a register cannot take
    ├── ServiceError            a service that cannot start, or a request that it refuses
    ├── EngineError             an engine that is not there, or a cluster that gave up
    └── Stopped                 the run was interrupted; what was derived is kept

What goes wrong with *one record* of many is no exception: it is a row of the table `issue`, and the run goes on.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any


class MusterError(Exception):
    """What happened, in one line; where; what was found; what to do.

    what: one sentence without a final stop.
    where: file, line, record or key, as a person would look for it.
    found: the value that was met, shortened to 200 characters.
    do: one action that mends it.
    ids: ids of the things concerned, for programs.

    >>> print(CaseError("no such source", where="case.toml, source 2", found="captures/hnsa", do="check the path"))
    no such source
      in     case.toml, source 2
      found  captures/hnsa
      do     check the path
    """

    exit_code = 2

    def __init__(
        self, what: str, *, where: str = "", found: object = "", do: str = "", ids: tuple[str, ...] = ()
    ) -> None:
        self.what = what
        self.where = where
        self.found = _short(found)
        self.do = do
        self.ids = ids
        super().__init__(what)

    def __str__(self) -> str:
        lines = [self.what]
        for label, value in (("in", self.where), ("found", self.found), ("do", self.do)):
            if value:
                lines.append(f"  {label:<7}{value}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.found, self.do, self.ids))

    def as_json(self) -> dict[str, object]:
        """Return the one error shape of `--json`."""
        return {
            "error": {
                "kind": type(self).__name__,
                "what": self.what,
                "where": self.where,
                "found": self.found,
                "do": self.do,
                "ids": list(self.ids),
            }
        }


class CaseError(MusterError):
    """The case file, or a path that it names."""


class ProfileError(MusterError):
    """A profile declares what cannot be read."""


class SourceError(MusterError):
    """A file that cannot be opened, or is no archive at all."""


class JournalError(MusterError):
    """A broken chain, or a line that is no journal line."""

    exit_code = 3


class UnknownId(MusterError):
    """An id that no table of this case holds."""


class QueryError(MusterError):
    """SQL that the read-only tables refuse."""


class RecogniseError(MusterError):
    """Input of the recogniser that is not in its contract."""


class PictureError(MusterError):
    """A picture that the program for reading it cannot read, or no such program."""


class ClaimError(MusterError):
    """An article that cannot be read into claims."""


class EngineError(MusterError):
    """An engine that is not there, or a cluster that gave up."""

    exit_code = 3


class RegisterError(MusterError):
    """An alert, a table or a question that a register cannot take."""


class ServiceError(MusterError):
    """A service that cannot start, or a request that it refuses.

    status: what HTTP calls it.
    """

    status = 400

    def refused(self, status: int) -> ServiceError:
        """Return itself with the status of HTTP that fits.

        >>> ServiceError("no such key").refused(401).status
        401
        """
        self.status = status
        return self


class Stopped(MusterError):
    """The run was interrupted; what was derived is kept."""

    exit_code = 3


def nearest(word: str, known: list[str]) -> str:
    """Return a hint that names the nearest known word, or lists what is known.

    >>> nearest("captred", ["path", "profile", "captured"])
    'did you mean "captured"?'
    >>> nearest("zzz", ["path", "profile"])
    'known: path, profile'
    """
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else "known: " + ", ".join(known)


def _short(value: object, limit: int = 200) -> str:
    text = str(value).replace("\n", "\\n").replace("\r", "\\r")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _rebuild(kind: type[MusterError], what: str, where: str, found: str, do: str, ids: tuple[str, ...]) -> MusterError:
    return kind(what, where=where, found=found, do=do, ids=ids)
