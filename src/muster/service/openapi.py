"""The OpenAPI page, made from the endpoints and the types that they take and give."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from muster import __version__
from muster.register import CAVEAT
from muster.service import replies
from muster.service.endpoints import ENDPOINTS, Endpoint

REFUSALS = {
    "400": "The request is not what this endpoint takes.",
    "401": "No key, or one that is unknown or revoked.",
    "403": "The key has not the role.",
    "404": "No such alert.",
    "408": "The body came too slowly.",
    "409": "The register holds something that forbids it; or the log of searches was changed.",
    "413": "Too large, or more look-ups than the key may ask at once.",
    "414": "The query is too long.",
    "415": "Another type of content was expected.",
    "421": "Not a host of this service.",
    "422": "No alert or question that a register takes, or a text that names a person.",
    "429": "Too many look-ups; `Retry-After` says when.",
    "500": "A mistake of the service: its own output says which.",
    "503": "A log or journal is not as it was written: nothing is answered until somebody has looked at it.",
    "507": "The disk did not take it: nothing was kept, nothing is answered.",
}


def openapi() -> dict[str, Any]:
    """Return the page as OpenAPI 3.1.

    >>> sorted(openapi()["paths"])[:2]
    ['/alerts', '/alerts/{alert}']
    """
    types = {one.body for one in ENDPOINTS} | {one.reply for one in ENDPOINTS} | {replies.Health, replies.Refusal}
    kept = sorted((one for one in types if one not in (None, bytes)), key=str)
    refs, parts = msgspec.json.schema_components(kept, ref_template="#/components/schemas/{name}")
    schemas = dict(zip(kept, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in ENDPOINTS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas)
    paths["/health"] = {"get": {"operationId": "health", "summary": "Whether the service can answer.", "security": [],
                                "responses": {"200": _json("ok", schemas[replies.Health]),
                                              "503": _json("failing", schemas[replies.Health])}}}  # fmt: skip
    paths["/openapi.json"] = {"get": {"operationId": "openapi", "summary": "This page.", "security": [],
                                      "responses": {"200": _json("ok", {"type": "object"})}}}  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muster: is this object sought?", "version": __version__, "description": " ".join(CAVEAT)},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": parts,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "made by `muster serve add-key`"}
            },
        },
    }


def _operation(one: Endpoint, schemas: dict[type, Any]) -> dict[str, Any]:
    text = (one.do.__doc__ or "").strip()
    path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", one.path)]  # fmt: skip
    query = [{"name": name, "in": "query", "required": must, "description": meaning,
              "schema": {"type": "string", **({"minLength": 3, "maxLength": 200} if must else {})}}
             for name, meaning, must in one.query]  # fmt: skip
    refusals = {status: _json(meaning, schemas[replies.Refusal]) for status, meaning in REFUSALS.items()}
    good = {"description": "ok", "content": {"text/csv": {"schema": {"type": "string"}}}}
    found: dict[str, Any] = {
        "operationId": one.do.__name__, "summary": text, "description": f"Takes the role `{one.role}`.",
        "parameters": [*path, *query],
        "responses": {str(one.status): good if one.reply is bytes else _json("ok", schemas[one.reply]), **refusals},
    }  # fmt: skip
    if one.body is not None:
        content = (
            {"text/csv": {"schema": {"type": "string"}}}
            if one.body is bytes
            else {"application/json": {"schema": schemas[one.body]}}
        )
        found["requestBody"] = {"required": True, "content": content}
    return found


def _json(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
