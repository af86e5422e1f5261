"""The workbench over HTTP: GET and HEAD alone, pages that load and run nothing, one shape for every error."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from muster.errors import CaseError, MusterError, ServiceError, UnknownId, nearest
from muster.listening import only_hosts, without_port
from muster.web import pages, transfers
from muster.web.asking import FIELDS, FORMATS, Query, address, query
from muster.web.page import DATA_POLICY, HEADERS, PAGE_POLICY, Page, alone, as_csv, as_json, html
from muster.web.reading import Held, Reading

LONGEST_PATH, LONGEST_QUERY = 300, 2000
"""Characters of an address at most, before and behind the question mark."""

STATIC = {
    "report.css": ("muster.report", "templates/report.css", "text/css; charset=utf-8"),
    "web.css": ("muster.web", "static/web.css", "text/css; charset=utf-8"),
    "icon.svg": ("muster.web", "static/icon.svg", "image/svg+xml"),
}
"""Name → room, file and type. The workbench wears the report's own style sheet, and adds to it."""

REPORT = {"html": ("index.html", "text/html; charset=utf-8"), "json": ("report.json", "application/json"),
          "md": ("report.md", "text/plain; charset=utf-8")}  # fmt: skip

T = TypeVar("T")

Make = Callable[[Held, Query], Page]

log = logging.getLogger("muster.web")


def make_app(reading: Reading, hosts: Collection[str]) -> ASGIApp:
    """Return the workbench of a case as an ASGI application.

    hosts: names that a Host header may give, without the port.
    """
    bench = _Bench(reading)
    routes = [
        Route("/", bench.page(pages.home, pages.KNOWN["/"], ("html", "json"))),
        Route("/claims", bench.page(pages.claims, pages.KNOWN["/claims"])),
        Route("/issues", bench.page(pages.issues, pages.KNOWN["/issues"])),
        Route("/id/{name:path}", bench.walk),
        Route("/id", bench.find),
        Route("/report", bench.report),
        Route(transfers.PICTURE, bench.picture),
        *(Route(path, bench.page(make, known)) for path, (make, known) in transfers.PAGES.items()),
        Route("/static/{name}", bench.static),
    ]
    handlers: dict[Any, Callable[..., Any]] = {
        MusterError: bench.refuse, HTTPException: bench.http, Exception: bench.failed,
    }  # fmt: skip
    app = Starlette(routes=routes, exception_handlers=handlers)
    allowed = frozenset(host.lower() for host in hosts)
    return only_hosts(_bounded(app), lambda given: without_port(given) in allowed, _not_a_host)


class _Bench:
    """What answers the addresses."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def page(self, make: Make, known: Collection[str], formats: Collection[str] = FORMATS) -> Callable[[Request], Any]:
        """Return what answers with a page; known: names that may stand behind its question mark."""

        async def answer(request: Request) -> Response:
            raw = request.scope["query_string"].decode("latin-1")
            given = query(raw, [*known, "format"])
            wanted = _format(given, formats)
            if _loose(raw, given):
                return _to(address(request.url.path, given))
            asked = {name: value for name, value in given.items() if name != "format"}
            return await self._made(lambda held: make(held, asked), request.url.path, asked, wanted)

        return answer

    async def walk(self, request: Request) -> Response:
        """Answer with the walk of an id."""
        name = request.path_params["name"]

        def make(held: Held, given: Query) -> Page:
            return pages.walk(held, given, name)

        found: Response = await self.page(make, ("all",))(request)
        return found

    async def find(self, request: Request) -> Response:
        """Lead from the field for an id to its page."""
        given = query(request.scope["query_string"].decode("latin-1"), ("name",))
        if "name" not in given:
            raise ServiceError("no id was given", where="/id", found="nothing", do="write it behind: /id/trf:…")
        return _to(f"/id/{given['name']}")

    async def report(self, request: Request) -> Response:
        """Answer with the report as `muster run` wrote it."""
        given = query(request.scope["query_string"].decode("latin-1"), ("format",))
        name, kind = REPORT[_format(given, tuple(REPORT))]
        data = await self._read(lambda held: pages.report(held, name))
        return alone(data, kind)

    async def picture(self, request: Request) -> Response:
        """Answer with a picture as a file."""
        given = query(request.scope["query_string"].decode("latin-1"), FIELDS)
        data = await self._read(lambda held: transfers.picture(held, given))
        return alone(data, "image/svg+xml", "transfers.svg")

    async def static(self, request: Request) -> Response:
        """Answer with a file that belongs to the pages."""
        name = request.path_params["name"]
        if name not in STATIC:
            raise UnknownId("no such file", where="/static", found=name, do=nearest(name, list(STATIC)))
        data, kind = _static(name)
        return Response(data, 200, {**HEADERS, "content-security-policy": DATA_POLICY}, kind)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Answer with an error: what, where, what was found, what to do."""
        assert isinstance(error, MusterError)
        return _error(request, error, status_of(error))

    async def http(self, request: Request, error: Exception) -> Response:
        """Answer for an address or method that is none."""
        assert isinstance(error, HTTPException)
        known = ["/", "/claims", "/issues", "/report", "/id/ID", *transfers.PAGES]
        do = "only GET and HEAD: nothing is changed through this"
        if error.status_code == 404:
            do = nearest(request.url.path, known)
        refusal = ServiceError(error.detail.lower(), where=request.url.path[:200], found=request.method, do=do)
        answer = _error(request, refusal, error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    async def failed(self, request: Request, error: Exception) -> Response:
        """Answer for a mistake of the program; what it was stands where the workbench was started."""
        refusal = ServiceError("this page could not be made", where=request.url.path[:200],
                               do="the terminal where it was started says why; nothing was changed")  # fmt: skip
        return _error(request, refusal, 500)

    async def _made(self, make: Callable[[Held], Page], path: str, asked: Query, wanted: str) -> Response:
        def respond(held: Held) -> Response:
            page = make(held)
            if wanted == "json":
                return as_json(page.value, page.status)
            if wanted == "csv":
                return as_csv(page.rows or (), page.name)
            return html(page, _around(path, asked, page.formats, held))

        return await self._read(respond)

    async def _read(self, make: Callable[[Held], T]) -> T:
        return await run_in_threadpool(self.reading.made, make)


def status_of(error: MusterError) -> int:
    """Return what HTTP calls an error.

    >>> status_of(UnknownId("no table of this case holds this id")), status_of(ServiceError("not a day"))
    (404, 400)
    """
    if isinstance(error, ServiceError):
        return error.status
    return 404 if isinstance(error, (UnknownId, CaseError)) else 500


def _around(path: str, asked: Query, formats: Collection[str], held: Held) -> dict[str, Any]:
    """Return what stands on every page: the case, the way to each room, and this page in other forms."""
    return {
        "case_title": held.case.file.case.title,
        "here": path,
        "forms": [(name.upper(), address(path, {**asked, "format": name})) for name in formats],
    }


def _error(request: Request, error: MusterError, status: int) -> Response:
    if status >= 500:
        log.error("%s", error)
    if "format=json" in request.scope["query_string"].decode("latin-1"):
        return as_json(error.as_json(), status)
    page = Page("error.html.j2", error.what, {"error": error, "status": status}, None, status=status)
    around = {"case_title": "", "here": "", "forms": []}
    return html(page, around)


def _format(given: Query, known: Collection[str]) -> str:
    wanted = given.get("format", "html")
    if wanted not in known:
        raise ServiceError("there is no such form of this page", where="format", found=wanted,
                           do=f"known: {', '.join(known)}")  # fmt: skip
    return wanted


def _loose(raw: str, given: Mapping[str, str]) -> bool:
    """Say whether an address names fields that were left empty, as a form sends them: the short one is used instead."""
    return raw.count("=") > len(given)


def _to(place: str) -> Response:
    headers = {**HEADERS, "content-security-policy": PAGE_POLICY}
    return RedirectResponse(place, 303, headers)


@cache
def _static(name: str) -> tuple[bytes, str]:
    room, path, kind = STATIC[name]
    return files(room).joinpath(path).read_bytes(), kind


def _not_a_host(given: str) -> ASGIApp:
    text = (
        f"not a host of this workbench: {given[:200]!r}\nask by the address that it printed, or start it with --name\n"
    )
    headers = {**HEADERS, "content-security-policy": DATA_POLICY}
    return PlainTextResponse(text, 421, headers)


def _bounded(app: ASGIApp) -> ASGIApp:
    """Refuse what changes something, and addresses of a length that no page has."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        refusal: tuple[int, str] | None = None
        if scope["method"] not in ("GET", "HEAD"):
            refusal = 405, "only GET and HEAD: nothing is changed through this\n"
        elif len(scope.get("raw_path") or scope["path"]) > LONGEST_PATH or len(scope["query_string"]) > LONGEST_QUERY:
            refusal = 414, "the address is too long\n"
        if refusal is None:
            await app(scope, receive, send)
            return
        headers = {**HEADERS, "content-security-policy": DATA_POLICY, "allow": "GET, HEAD", "connection": "close"}
        await PlainTextResponse(refusal[1], refusal[0], headers)(scope, receive, send)

    return guarded
