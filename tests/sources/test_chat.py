from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from muster.sources import fetch_body
from sources.sourcing import read_all, whats


def post(number: int, text: object, **more: Any) -> dict[str, Any]:
    when = {"date": "2022-06-02T10:00:00", "date_unixtime": "1654164000"}
    return {"id": number, "type": "message", **when, "from": "Tin Trader", "from_id": "channel7", "text": text, **more}


def write(folder: Path, *posts: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    chat = {"name": "Tin and brass", "type": "public_channel", "id": 7, "messages": list(posts)}
    path = folder / "result.json"
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def test_each_post_with_text_is_a_capture_that_leads_back_to_its_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a", post(1, "a lämp"), post(2, ["for ", {"type": "bold", "text": "sale"}]))
    pages, issues = read_all(tmp_path / "a")
    assert issues == []
    assert [page.cells and page.cells["text"] for page in pages] == ["a lämp", "for sale"]
    assert [page.capture.captured_at for page in pages] == [datetime(2022, 6, 2, 10, tzinfo=UTC)] * 2
    assert {page.capture.captured_from for page in pages} == {"record"}
    for page in pages:
        assert fetch_body(page.capture.locator, path, page.capture.media_type) == page.body


def test_an_account_s_export_names_the_chat_of_each_post(tmp_path: Path) -> None:
    chats = [{"name": name, "type": "group", "id": n, "messages": [post(1, name)]} for n, name in enumerate("ab", 5)]
    (tmp_path / "result.json").write_text(json.dumps({"about": "Telegram data", "chats": {"list": chats}}))
    pages, _ = read_all(tmp_path)
    assert [(page.cells or {})["chat_id"] for page in pages] == ["5", "6"]


def test_what_is_no_post_or_has_no_text_is_counted(tmp_path: Path) -> None:
    posts = [post(1, ""), post(2, "", photo="a.jpg"), post(3, "x", type="service"), post(4, "a pen")]
    write(tmp_path / "a", *posts)
    pages, issues = read_all(tmp_path / "a")
    assert len(pages) == 1
    told = [(issue.what, issue.found) for issue in issues]
    assert told == [("not_a_post", "1 post"), ("post_without_text", "2 posts")]


def test_a_time_without_zone_is_said(tmp_path: Path) -> None:
    old = post(1, "a pen")
    del old["date_unixtime"]
    write(tmp_path / "a", old)
    pages, issues = read_all(tmp_path / "a")
    assert pages[0].capture.captured_at == datetime(2022, 6, 2, 10, tzinfo=UTC)
    assert whats(issues) == ["time_without_zone"]


def test_a_cut_export_keeps_what_stands_before_the_cut(tmp_path: Path) -> None:
    path = write(tmp_path / "a", *(post(n, f"pen {n}") for n in range(20)))
    path.write_bytes(path.read_bytes()[:-400])
    pages, issues = read_all(tmp_path / "a")
    assert len(pages) >= 17
    assert whats(issues) == ["broken_json"]
