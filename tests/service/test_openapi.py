"""The service keeps to its OpenAPI page, whatever is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.service.openapi import openapi
from service.serving import ALERT
from service.within import Told, Within

PAGE: dict[str, Any] = json.loads(json.dumps(openapi()))


def _whole(schema: Any) -> Any:
    """A schema with what it refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _whole(PAGE["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        return {name: _whole(part) for name, part in schema.items()}
    return [_whole(part) for part in schema] if isinstance(schema, list) else schema


OPERATIONS = [(path, method) for path, methods in PAGE["paths"].items() for method in methods]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _allowed(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a schema of the page allows; the page uses few words of JSON Schema, and another one fails here."""
    if "anyOf" in schema:
        return st.one_of([_allowed(one) for one in schema["anyOf"]])
    if set(schema) <= {"description", "default"}:
        return ANYTHING
    match schema["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"])
        case "string":
            return st.text(min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 40))
        case "array":
            return st.lists(_allowed(schema["items"]), min_size=schema.get("minItems", 0), max_size=4)
        case "object" if "properties" in schema:
            parts = {name: _allowed(part) for name, part in schema["properties"].items()}
            must = {name: parts.pop(name) for name in schema.get("required", ())}
            return st.fixed_dictionaries(must, optional=parts)
        case "object":
            inner = schema["additionalProperties"] if isinstance(schema.get("additionalProperties"), dict) else {}
            names = st.sampled_from(sorted(ALERT)) | st.text(max_size=8)
            return st.dictionaries(names, _allowed(inner), min_size=schema.get("minProperties", 0), max_size=4)
    raise AssertionError(schema)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Within]:
    with Within(tmp_path_factory.mktemp("within") / "register") as running:
        entered = running.ask("POST", "/alerts", json.dumps({"reason": "theft", "alerts": [ALERT]}).encode())
        assert entered.status == 201, entered.body
        yield running


def _keeps(operation: dict[str, Any], told: Told) -> None:
    """What was answered stands on the page, and is no mistake of the service."""
    assert told.status != 500, told.body
    said = operation["responses"][str(told.status)]["content"]
    assert told.kind in said
    if told.kind == "application/json":
        jsonschema.validate(told.json, _whole(said[told.kind]["schema"]), jsonschema.Draft202012Validator)


def test_the_page_is_of_the_schema_that_it_says() -> None:
    for schema in PAGE["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [PAGE["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@settings(max_examples=8)
@given(data=st.data())
def test_what_the_page_allows_is_answered_as_the_page_says(
    service: Within, path: str, method: str, data: st.DataObject
) -> None:
    operation = PAGE["paths"][path][method]
    query = {}
    for parameter in operation.get("parameters", ()):
        value = data.draw(_allowed(parameter["schema"]), parameter["name"])
        if parameter["in"] == "path":
            known = [alert.id for alert in map(service.desk.register.folded.entered.get, [_name(service)]) if alert]
            path = path.replace("{alert}", data.draw(st.sampled_from(known) | st.just(value.replace("/", "") or "x")))
        elif parameter["required"] or data.draw(st.booleans(), f"give {parameter['name']}"):
            query[parameter["name"]] = value
    body, kind = b"", "application/json"
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        if kind == "text/csv":
            cells = st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=4)
            rows = [["number", "make"], *data.draw(cells)]
            body = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
        else:
            body = json.dumps(data.draw(_allowed(_whole(content["schema"])))).encode()
    _keeps(operation, service.ask(method.upper(), path, body, query, kind))


@pytest.mark.parametrize(("path", "method"), [one for one in OPERATIONS if one[1] == "post" and "csv" not in one[0]])
@settings(max_examples=10)
@given(data=st.data())
def test_what_the_page_does_not_allow_is_refused(service: Within, path: str, method: str, data: st.DataObject) -> None:
    operation = PAGE["paths"][path][method]
    schema = _whole(operation["requestBody"]["content"]["application/json"]["schema"])
    good = data.draw(_allowed(schema))
    keys = st.sampled_from([*sorted(schema["properties"]), "owner"])
    sent = data.draw(ANYTHING | st.builds(lambda key, value: {**good, key: value}, keys, ANYTHING))
    told = service.ask(method.upper(), path.replace("{alert}", _name(service)), json.dumps(sent).encode())
    _keeps(operation, told)
    if not jsonschema.Draft202012Validator(schema).is_valid(sent):
        assert told.status == 400, told.body


@pytest.mark.parametrize("path", ["/lookup", "/lookups.csv", "/alerts"])
@settings(max_examples=15)
@given(body=st.binary(max_size=200))
def test_bytes_that_are_nothing_are_refused(service: Within, path: str, body: bytes) -> None:
    kind, query = ("text/csv", {"purpose": "a list"}) if "csv" in path else ("application/json", {})
    told = service.ask("POST", path, body, query, kind)
    _keeps(PAGE["paths"][path]["post"], told)


def test_a_body_that_comes_too_slowly_is_given_up(tmp_path: Path) -> None:
    pieces = iter([b'{"number": "12', b'34", ', b'"make": "Ex'])

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.04)
        return {"type": "http.request", "body": next(pieces, b" "), "more_body": True}

    with Within(tmp_path / "register", slowest=0.2) as service:
        told = service.ask("POST", "/lookup", receive=drip)
    assert told.status == 408
    assert told.json["error"]["found"].endswith("bytes in 0.2 s")


def _name(service: Within) -> str:
    return next(iter(service.desk.register.folded.entered))
