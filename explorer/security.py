"""Who may talk to the explorer: which Host headers, which password, and what a browser may do with our pages."""

import hmac
import ipaddress
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on this address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def protect(
    server: Flask, *, hosts: Iterable[str], password: str | None, script_hashes: Callable[[], Iterable[str]]
) -> None:
    """Refuses foreign hosts and origins, asks for the password where there is one, and sets headers.

    A foreign Host header means that a web page elsewhere made its own name point here (DNS rebinding).
    `script_hashes` gives the hashes of Dash's inline scripts; it is asked at the first answer.
    """
    trusted = {h.casefold().strip("[]") for h in (*LOOPBACK, *hosts)}
    policy: list[str] = []

    def check() -> Response | None:
        if not _is_trusted(f"//{request.host}", trusted) or not _is_same_origin(request, trusted):
            return Response(
                "Refused: this address is not one that Armsgraph was told to answer to. See --allowed-host.\n",
                403,
                mimetype="text/plain",
            )
        if password is not None and not _has_password(request, password):
            asks = {"WWW-Authenticate": 'Basic realm="Armsgraph", charset="UTF-8"'}
            return Response("A password is needed.\n", 401, asks, mimetype="text/plain")
        return None

    def harden(response: Response) -> Response:
        if not policy:
            policy.append(build_content_policy(script_hashes()))
        response.headers.update({**_HEADERS, "Content-Security-Policy": policy[0]})
        return response

    server.before_request(check)
    server.after_request(harden)


def build_content_policy(script_hashes: Iterable[str]) -> str:
    """The Content-Security-Policy: everything from here and nothing from elsewhere."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {' '.join(script_hashes)}",
            "style-src 'self' 'unsafe-inline'",  # Mantine and cytoscape.js set styles from scripts
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",  # the choices of /listings
            "frame-ancestors 'none'",
        ]
    )


def _is_trusted(address: str, trusted: set[str]) -> bool:
    try:
        return (urlsplit(address).hostname or "") in trusted
    except ValueError:
        return False


def _is_same_origin(http_request: Request, trusted: set[str]) -> bool:
    origin = http_request.headers.get("Origin")
    return origin is None or _is_trusted(origin, trusted)


def _has_password(http_request: Request, password: str) -> bool:
    offered = http_request.authorization.password if http_request.authorization else None
    return hmac.compare_digest((offered or "").encode(), password.encode())
