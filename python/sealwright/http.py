"""Requests to edges and providers: over TLS, without redirects, which would carry tokens elsewhere."""

from __future__ import annotations

import json

from .errors import EnvironmentFailure, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse
    from typing import Any, BinaryIO

TIMEOUT_S = 30.0

_LARGEST = 1 << 24
"""The most bytes of an answer that is not streamed."""

_HERE = ("localhost", "127.0.0.1", "::1")


class Response:
    """Is an answer that came whole."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    def json(self) -> dict[str, Any]:
        """Returns the object that it holds, empty for what is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def send(
    method: str, url: str, headers: Mapping[str, str], body: bytes | BinaryIO | None = None, timeout: float = TIMEOUT_S
) -> Response:
    """Makes a request and returns the answer, whatever its status.

    Raises `EnvironmentFailure` (`http_failed`) when there is none, `UsageError` (`url_invalid`) for what is neither HTTPS nor on this machine.
    """
    with streamed(method, url, headers, body, timeout) as response:
        try:
            whole = response.read(_LARGEST + 1)
        except OSError as error:
            raise _failed(url, "breaks off") from error
        if len(whole) > _LARGEST:
            raise _failed(url, "answers with too much")
        return Response(response.status, dict(response.headers.items()), whole)


def streamed(
    method: str, url: str, headers: Mapping[str, str], body: bytes | BinaryIO | None = None, timeout: float = TIMEOUT_S
) -> HTTPResponse:
    """Makes a request as `send` does, and returns the answer to read."""
    import http.client
    import urllib.request
    from urllib.error import URLError
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise UsageError(f"expected an address with `https`, not `{_shown(url)}`", "url_invalid")
    director = urllib.request.OpenerDirector()
    # No other: every status comes back as it is, and no redirect is followed.
    for handler in (urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
        director.add_handler(handler())
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)
    try:
        answer: HTTPResponse | None = director.open(request, timeout=timeout)
    except (URLError, http.client.HTTPException, OSError) as error:
        raise _failed(url, "cannot be reached") from error
    if answer is None:
        raise _failed(url, "cannot be reached")
    return answer


def _failed(url: str, what: str) -> EnvironmentFailure:
    return EnvironmentFailure(f"`{_shown(url)}` {what}", "http_failed")


def _shown(url: str) -> str:
    """Returns an address without what stands behind its path: that may be a secret."""
    return url.split("?", 1)[0].split("#", 1)[0]
