"""Answers at addresses of their own: `/query/<name>?entity=…&format=csv`, for spreadsheets, scripts and links.

    /query/<name>?parameter=value&format=csv | json | graph-json    the answer, as `armsgraph query run` prints it
    /query/<name>?parameter=value                                   leads to the app, with the answer shown
    /?query=<name>&parameter=value                                  the same, as the app makes such links

`limit` (rows) and `timeout` (seconds) may narrow the bounds of the settings. An answer that a bound cut says so in the
header `Armsgraph-Cut` ("rows" or "size"), and in JSON as "truncated". What went wrong is told as a line of text, or as
{"error": …} where JSON was asked for: 400 a parameter, 403 refused, 404 no such query, 409 cancelled, 422 too much
memory, 429 turned away, 503 the database is away, 504 too slow.

Host, password and Origin are checked as for every page (explorer/security.py). A web page of somebody else must not
make a visitor's browser run queries: a browser says of every request where it comes from (Sec-Fetch-Site, and on plain
http between machines, where it keeps that to itself, at most the Referer). From elsewhere no data is given out; a link
that a person followed leads to the app instead, which shows the answer to them alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, Request, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from explorer.answers import answer_store
from explorer.dash_kit.user import get_user
from graph.errors import ArmsgraphError, JobsBusy, QueryEnded, QueryError, QueryRefused, StoreError, UsageError
from graph.saved_queries.answer_formats import render
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.parameters import RESERVED
from graph.saved_queries.queryfile import SavedQuery
from graph.settings import Bounds

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "graph-json": "application/json; charset=utf-8",
}
R = TypeVar("R", bound=BaseResponse)
_STATUS_BY_END = {"timeout": 504, "memory": 422, "cancelled": 409, "stopped": 422}


def build_data_url(query: SavedQuery, parameters: Mapping[str, object], form: str) -> str:
    """The address of an answer in one of the formats of TYPES, from `/query` on."""
    return f"/query/{query.name}?{urlencode({**_format_parameters(query, parameters), 'format': form})}"


def build_app_url(query: SavedQuery, parameters: Mapping[str, object]) -> str:
    """The address that opens the app with an answer, from `/` on."""
    return f"/?{urlencode({'query': query.name, **_format_parameters(query, parameters)})}"


def register(server: Flask, runs: QueryExecutor) -> None:
    """Adds the addresses to the explorer's server."""
    server.add_url_rule("/query/<path:name>", "answer", partial(answer_request, runs), methods=["GET"])


def answer_request(runs: QueryExecutor, name: str) -> BaseResponse:
    """The answer of a saved query to the request that is being served: data, the way to the app, or what went wrong."""
    form = request.args.get("format", "")
    try:
        values = parse_parameters(request)
        if form and form not in TYPES:
            raise UsageError(f"format is one of {', '.join(TYPES)}, not {form!r}")
        try:
            query = Library(get_user()).find(name[:80])  # no name is as long, and a message need not be longer
        except QueryError as error:
            return build_error_response(404, str(error), form)
        origin = classify_origin(request)
        if form and origin == "elsewhere":
            return build_error_response(403, "refused: answers are not given to other websites", form)
        if not form or origin == "followed":
            return disable_caching(redirect(build_app_url(query, values), 303))
        answer = runs.run(query, values, user=get_user(), via="address", bounds=narrow_bounds(runs.bounds, request))
        return _build_answer_response(answer, form)
    except ArmsgraphError as error:
        return build_error_response(get_http_status(error), str(error), form)


def parse_parameters(http_request: Request) -> dict[str, str]:
    """The parameters of an address. Raises UsageError for one that stands there twice."""
    for name, values in http_request.args.lists():
        if len(values) > 1:
            raise UsageError(f"{name[:80]} stands in the address {len(values)} times; it may have one value")
    return {name: value for name, value in http_request.args.items() if name not in RESERVED}


def narrow_bounds(usual: Bounds, http_request: Request) -> Bounds:
    """The bounds of the settings, or narrower ones where the address has them. Raises UsageError beyond them."""
    limit, timeout = http_request.args.get("limit"), http_request.args.get("timeout")
    rows = usual.rows if limit is None else int(limit) if limit.isdecimal() and len(limit) < 10 else 0
    if not 1 <= rows <= usual.rows:
        raise UsageError(f"limit must be a whole number from 1 to {usual.rows:,}")
    try:
        seconds = usual.timeout if timeout is None else float(timeout)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= usual.timeout:
        raise UsageError(f"timeout must be a number of seconds from 0.1 to {usual.timeout:g}")
    return replace(usual, rows=rows, timeout=seconds)


def classify_origin(http_request: Request) -> str:
    """Where a request comes from: "here" (or from no web page at all), "followed" (a link elsewhere), "elsewhere"."""
    site, mode = http_request.headers.get("Sec-Fetch-Site"), http_request.headers.get("Sec-Fetch-Mode")
    if site is None:  # no browser, an old one, or plain http between two machines
        referrer = urlsplit(http_request.headers.get("Referer", ""))
        return "elsewhere" if referrer.netloc and referrer.netloc.casefold() != http_request.host.casefold() else "here"
    if site in ("same-origin", "none"):
        return "here"
    page = mode == "navigate" and http_request.headers.get("Sec-Fetch-Dest") == "document"
    return "followed" if page else "elsewhere"


def get_http_status(error: ArmsgraphError) -> int:
    """The HTTP status that an error means."""
    match error:
        case QueryRefused():
            return 403
        case QueryEnded():
            return _STATUS_BY_END[error.why]
        case JobsBusy():
            return 429
        case StoreError():
            return 503
    return 400


def _build_answer_response(answer: Answer, form: str) -> Response:
    response = Response(render(answer, form).encode(), 200, content_type=TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{answer_store.build_filename(answer, form)}"'
    response.headers["Armsgraph-Rows"] = str(answer.rows)
    if answer.cut:
        response.headers["Armsgraph-Cut"] = answer.cut
    return disable_caching(response)


def build_error_response(code: int, text: str, form: str = "") -> Response:
    """What went wrong, as a line of text, or as JSON where that is asked for; nobody keeps it."""
    response = (
        jsonify(error=text)
        if form in ("json", "graph-json")
        else Response(f"{text}\n", content_type="text/plain; charset=utf-8")
    )
    response.status_code = code
    if code in (429, 503):
        response.headers["Retry-After"] = "5"
    return disable_caching(response)


def disable_caching(response: R) -> R:
    """The response, which no browser and no proxy is to keep."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _format_parameters(query: SavedQuery, parameters: Mapping[str, object]) -> dict[str, str]:
    """Values as they stand in an address. Null is an empty one, which is only needed where the default is not null."""
    usual = {name: p.default for name, p in query.parameters.items()}
    return {
        name: "" if value is None else str(value)
        for name, value in parameters.items()
        if value is not None or usual.get(name) is not None
    }
