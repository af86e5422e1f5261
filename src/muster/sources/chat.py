"""Read a chat export (Telegram's JSON): each post that has text is a capture with its own bytes.

Format: the exports themselves (the app documents none): `chats.list[].messages[]` of an account, or `messages[]` of one
chat; a text is a string, or a list of strings and marked pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.json_objects import BrokenJson, JsonObject, json_objects
from muster.sources.shard import Limits, Shard

CHAT_ROW = "application/json; row"

_DO = {
    "post_without_text": "transcribe the pictures that belong to them, if they matter:  muster transcribe CASE",
    "not_a_post": "service messages (who joined, what was pinned); nothing to do",
    "time_without_zone": "an old export: the clock of whoever exported it is taken for UTC",
    "line_too_long": "raise max_line in [limits] of case.toml",
    "bad_json": "the object is no post",
    "broken_json": "what stands before it was read; find a whole copy of the file",
}


def read_chat(origin: Origin, shard: Shard, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for each post with text that the shard covers, and one issue for each sort of what was left out.

    Its time is the one that the export records for the post; its row is its number among all posts of the file.
    """
    left: Counter[str] = Counter()
    examples: dict[str, str] = {}
    last = None if shard.count is None else shard.first + shard.count
    with origin.file.open() as handle:
        try:
            for number, found in enumerate(json_objects(handle, "messages", limits.max_line)):
                if number < shard.first:
                    continue
                if last is not None and number >= last:
                    return
                page, words = _post(origin, found, number)
                for word in words:
                    left[word] += 1
                    examples.setdefault(word, f"row {number}, bytes {found.start}–{found.start + found.length}")
                if page is not None:
                    yield page
        except BrokenJson as error:
            yield origin.file.issue("broken_json", f"byte {error.at}", found=str(error), do=_DO["broken_json"])
    for word, count in sorted(left.items()):
        found_text = f"{count} posts" if count > 1 else "1 post"
        yield origin.file.issue(word, f"first at {examples[word]}", found=found_text, do=_DO[word])


def _post(origin: Origin, found: JsonObject, number: int) -> tuple[Page | None, tuple[str, ...]]:
    """Return the page of a post, or None; and the words for what is to be told of it."""
    if found.data is None:
        return None, ("line_too_long",)
    try:
        post = msgspec.json.decode(found.data.decode("utf-8", "replace"), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None, ("bad_json",)
    if post.get("type", "message") != "message":
        return None, ("not_a_post",)
    text = plain_text(post.get("text"))
    if not text.strip():
        return None, ("post_without_text",)
    when, zoned = _time(post)
    cells = {"chat_id": _plain(found.about, "id"), "chat_name": _plain(found.about, "name"), "text": text}
    for name, key in (("post_id", "id"), ("from", "from"), ("forwarded_from", "forwarded_from"), ("views", "views")):
        if isinstance(post.get(key), (str, int)):
            cells[name] = str(post[key])
    page = origin.page(
        found.data, CHAT_ROW, start=found.start, length=found.length, row=number, recorded=when, cells=cells
    )
    return page, () if zoned else ("time_without_zone",)


def plain_text(text: object) -> str:
    """Return the text of a post, whatever marks its pieces have.

    >>> plain_text(["for sale: ", {"type": "bold", "text": "a lamp"}, "!"])
    'for sale: a lamp!'
    """
    if isinstance(text, str):
        return text
    if isinstance(text, dict):
        return plain_text(text.get("text"))
    return "".join(plain_text(piece) for piece in text) if isinstance(text, list) else ""


def _time(post: Mapping[str, Any]) -> tuple[datetime | None, bool]:
    """Return when a post was written, in UTC where the export says so, and whether it does."""
    stamp = str(post.get("date_unixtime", ""))
    if stamp.isdigit() and len(stamp) <= 11:
        return datetime.fromtimestamp(int(stamp), UTC), True
    try:
        return datetime.fromisoformat(str(post.get("date", ""))).replace(tzinfo=UTC), False
    except ValueError:
        return None, True


def _plain(about: Mapping[str, bytes], name: str) -> str:
    raw = about.get(name, b"")
    if raw.startswith(b'"'):
        try:
            return msgspec.json.decode(raw, type=str)
        except msgspec.DecodeError:
            return ""
    return raw.decode("utf-8", "replace")
