"""The desk over HTTP: JSON in and out, one shape for every error, nothing that a browser would run."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from muster.errors import JournalError, MusterError, RegisterError, ServiceError, UnknownId, nearest
from muster.listening import only_hosts, without_port
from muster.service.desk import Desk
from muster.service.endpoints import ENDPOINTS, Call, Endpoint, health
from muster.service.openapi import openapi

LARGEST = 4 * 2**20
"""Bytes of a request's body at most: ten thousand rows of 400 bytes."""

SLOWEST = 30
"""Seconds in which a body must have come."""

LARGEST_QUERY = 2000
"""Characters of a query string at most."""

HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy":
           "default-src 'none'; frame-ancestors 'none'", "referrer-policy": "no-referrer"}  # fmt: skip
"""What every answer carries: nobody keeps it, no browser takes it for a page."""

log = logging.getLogger("muster.service")


def make_app(desk: Desk, hosts: Sequence[str], slowest: float = SLOWEST) -> ASGIApp:
    """Return the service as an ASGI application.

    hosts: names that a Host header may give, without the port. slowest: seconds in which a body must have come.
    """
    page = msgspec.json.encode(openapi())

    async def show_health(_: Request) -> Response:
        found = health(desk)
        return _json(found, 200 if not desk.searches.failed else 503)

    async def show_openapi(_: Request) -> Response:
        return Response(page, media_type="application/json", headers=HEADERS)

    routes = [
        Route("/health", show_health, methods=["GET"]),
        Route("/openapi.json", show_openapi, methods=["GET"]),
        *(Route(one.path, _handler(desk, one, slowest), methods=[one.method]) for one in ENDPOINTS),
    ]
    handlers: dict[Any, Callable[..., Any]] = {
        MusterError: _refuse, HTTPException: _http, Exception: _failed,
    }  # fmt: skip
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.folder = desk.folder
    allowed = frozenset(host.lower() for host in hosts)
    return only_hosts(app, lambda given: without_port(given) in allowed, _not_a_host)


def _not_a_host(given: str) -> ASGIApp:
    refusal = ServiceError("not a host of this service", where="Host header", found=given,
                           do="ask by its own name, or start it with --name")  # fmt: skip
    return _json(refusal.as_json(), 421)


def _handler(desk: Desk, endpoint: Endpoint, slowest: float) -> Callable[[Request], Any]:
    decode: Callable[[bytes], Any] | None = None
    if endpoint.body not in (None, bytes):
        decode = msgspec.json.Decoder(endpoint.body).decode
    known = {name: must for name, _, must in endpoint.query}

    async def handle(request: Request) -> Response:
        key = desk.who(_secret(request), endpoint.role)
        query = _query(request, known)
        body: Any = None
        if endpoint.body is not None:
            raw = await _body(request, "text/csv" if endpoint.body is bytes else "application/json", slowest)
            body = raw if decode is None else _decoded(decode, raw)
        found = await endpoint.do(Call(desk, key, dict(request.path_params), query, body))
        if isinstance(found, bytes):
            headers = {**HEADERS, "content-disposition": 'attachment; filename="answers.csv"'}
            return Response(found, media_type="text/csv; charset=utf-8", headers=headers)
        return _json(found, endpoint.status)

    return handle


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and len(secret) <= 200 else ""


def _query(request: Request, known: dict[str, bool]) -> dict[str, str]:
    given = request.scope["query_string"]
    if len(given) > LARGEST_QUERY:
        raise ServiceError("the query is too long", found=f"{len(given)} characters",
                           do=f"at most {LARGEST_QUERY}").refused(414)  # fmt: skip
    query = dict(request.query_params) if given else {}
    for name in query:
        if name not in known:
            do = nearest(name, list(known)) if known else "this endpoint takes none"
            raise ServiceError("unknown name in the query", where="query", found=name, do=do)
    for name, must in known.items():
        if must and not 3 <= len(query.get(name, "").strip()) <= 200:
            raise ServiceError(f"`{name}` must be given", where="query", found=query.get(name, ""),
                               do="3 to 200 characters")  # fmt: skip
    return query


async def _body(request: Request, kind: str, slowest: float) -> bytes:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != kind:
        raise ServiceError("another type of content was expected", where="Content-Type", found=given,
                           do=f"send {kind}").refused(415)  # fmt: skip
    declared = request.headers.get("content-length", "0")
    data = bytearray()
    if not declared.isdigit() or int(declared) <= LARGEST:
        try:
            async with asyncio.timeout(slowest):
                async for piece in request.stream():
                    data += piece
                    if len(data) > LARGEST:
                        break
                else:
                    return bytes(data)
        except TimeoutError as error:
            raise ServiceError("the request came too slowly", found=f"{len(data)} bytes in {slowest:g} s",
                               do="send it again").refused(408) from error  # fmt: skip
    raise ServiceError("the request is too large", found=f"over {LARGEST} bytes", do="send it in parts").refused(413)


def _decoded(decode: Callable[[bytes], Any], raw: bytes) -> Any:
    try:
        return decode(raw)
    except msgspec.DecodeError as error:
        what, _, where = str(error).partition(" - at `")
        raise ServiceError("the body is not what this endpoint takes", where=f"body {where.rstrip('`')}".strip(),
                           found=what, do="see /openapi.json") from error  # fmt: skip
    except RecursionError as error:
        raise ServiceError("the body is nested too deeply", where="body", do="see /openapi.json") from error


def _json(value: object, status: int) -> Response:
    return Response(msgspec.json.encode(value, enc_hook=_plain), status, media_type="application/json", headers=HEADERS)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()  # the index counts in numpy's types
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


async def _refuse(request: Request, error: Exception) -> Response:
    """Answer with an error in its one shape; the service's own folders are not told."""
    assert isinstance(error, MusterError)
    status = status_of(error)
    if status >= 500:
        log.error("%s", error)
    told = error.as_json()
    problem = told["error"]
    assert isinstance(problem, dict)
    folder: Path = request.app.state.folder
    for name in ("where", "found"):
        for path in {str(folder.resolve()), str(folder)} - {"."}:
            problem[name] = problem[name].replace(path, "the register")
    answer = _json(told, status)
    if status == 429:
        answer.headers["retry-after"] = str(max(1, math.ceil(float(error.found.removesuffix(" s")))))
    if status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    return answer


def status_of(error: MusterError) -> int:
    """Return what HTTP calls an error.

    >>> status_of(ServiceError("no such key").refused(401)), status_of(UnknownId("no alert has this id"))
    (401, 404)
    """
    if isinstance(error, ServiceError):
        return error.status
    if isinstance(error, UnknownId):
        return 404
    if isinstance(error, RegisterError):
        return 409 if error.ids else 422
    if isinstance(error, JournalError):
        return 507 if isinstance(error.__cause__, OSError) else 503
    return 500


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    do = {404: "see /openapi.json for what there is", 405: "see /openapi.json for its methods"}
    refusal = ServiceError(error.detail.lower(), where=request.url.path[:200], found=request.method,
                           do=do.get(error.status_code, "see /openapi.json"))  # fmt: skip
    answer = _json(refusal.as_json(), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _failed(_: Request, error: Exception) -> Response:
    """Answer for a mistake of the program; what it was stands in the service's own output."""
    refusal = ServiceError("the service failed", do="ask whoever runs it: its output says why")
    status = 400 if isinstance(error, ClientDisconnect) else 500
    return _json(refusal.as_json(), status)
