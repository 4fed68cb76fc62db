"""`ReleaseClient`: keys of documents from an edge, and the documents that it keeps. See `core/spec/release.md`."""

from __future__ import annotations

import json

from . import _core
from .credential import Prover
from .errors import Denied, EnvironmentFailure, IntegrityError, NoKeyError, UsageError
from .header import read_header
from .http import TIMEOUT_S, Response, send, streamed
from .identity import Identity
from .sink import Sink
from .source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from .policy import Policy
    from .protocols import SinkLike, SourceLike, TrustedSigners
    from .signer import VerifierKey

_RENEWED = ("token_expired", "token_key_unknown")
_PIECE = 1 << 20


class Release:
    """Is what an edge says of one document.

    `header` in front of the document's payload makes an age file that `identity` opens; it is None where the edge's policy refused,
    as `decision` tells, or where the document's key cannot be released, as `error` tells: `code` and `message`.
    """

    __slots__ = ("decision", "error", "header", "identity")

    def __init__(self, record: dict[str, Any], identity: Identity) -> None:
        from binascii import a2b_base64

        header: str | None = record.get("header")
        self.decision: dict[str, Any] | None = record.get("decision")
        self.error: dict[str, str] | None = record.get("error")
        self.header = None if header is None else a2b_base64(header)
        self.identity = identity

    def __repr__(self) -> str:
        said = self.error["code"] if self.error else "released" if self.header else "refused"
        return f"Release({said})"


class ReleaseClient:
    """Asks an edge for the keys of documents. A gate opens by it: `gate.open(document, release=client)`.

    `token` returns an access token that is bound to the key of the prover that it is called with; its second argument
    says that the last one is not taken any more. `ClientCredentials` is one.
    """

    __slots__ = ("_edge", "_prover", "_timeout", "_token")

    def __init__(
        self,
        edge: str,
        *,
        token: Callable[[Prover, bool], str],
        prover: Prover | None = None,
        timeout: float = TIMEOUT_S,
    ) -> None:
        self._edge = edge.rstrip("/")
        self._token = token
        self._prover = Prover() if prover is None else prover
        self._timeout = timeout

    def release(
        self, documents: Iterable[SourceLike], *, purpose: str | None = None, action: str | None = None
    ) -> list[Release]:
        """Asks for the keys of up to 256 documents in one request, and returns one `Release` for each. Only headers are read."""
        request = _core.ReleaseRequest([_header(document) for document in documents])
        results = self._answered(request, purpose, action)
        identity = Identity.parse(request.reveal())
        return [Release(json.loads(result), identity) for result in results]

    def configuration(self) -> dict[str, Any]:
        """Returns what the edge says of itself: `recipients` to seal to, `senders` that it believes. It is not signed."""
        return _succeeded(send("GET", f"{self._edge}/v1/configuration", {}, None, self._timeout), 200).json()

    def policy(self, trusted_signers: TrustedSigners) -> Policy:
        """Returns the edge's policy, which one of the signers must have signed."""
        from .policy import Policy

        response = _succeeded(send("GET", f"{self._edge}/v1/policy", {}, None, self._timeout), 200)
        return Policy.from_bundle(response.body, trusted_signers=trusted_signers)

    def enrol(self, verifier: VerifierKey) -> None:
        """Has the edge believe a contributor's key, whose name must be the caller's own id."""
        from urllib.parse import quote

        key_id = "+".join(str(verifier).split("+", 2)[:2])
        path = f"/v1/senders/{quote(key_id, safe='')}"
        headers = {**self._headers("PUT", path), "content-type": "text/plain"}
        response = send("PUT", self._edge + path, headers, str(verifier).encode(), self._timeout)
        if response.status not in (201, 204):
            raise _refused(response)

    def objects(self) -> Iterator[dict[str, Any]]:
        """Yields what the edge keeps and the caller may fetch: `id`, `label`, `size`."""
        cursor = ""
        while True:
            response = self._request("GET", f"/v1/objects?limit=1000{cursor}")
            page = _succeeded(response, 200).json()
            yield from page.get("objects", [])
            if not page.get("cursor"):
                return
            cursor = f"&cursor={page['cursor']}"

    def fetch(self, object_id: str, output: SinkLike | None = None) -> bytes | None:
        """Returns a document as the edge keeps it, sealed, or writes it to `output`; a path is written whole or not at all."""
        path = f"/v1/objects/{object_id}"
        with Source(b"") as nothing, Sink(output, nothing) as sink:
            with streamed("GET", self._edge + path, self._headers("GET", path), timeout=self._timeout) as response:
                if response.status != 200:
                    raise _refused(Response(response.status, dict(response.headers.items()), response.read(_PIECE)))
                length = int(response.headers.get("content-length") or -1)
                size = 0
                while piece := response.read(_PIECE):
                    sink.write(piece)
                    size += len(piece)
                if size != length >= 0:
                    raise EnvironmentFailure(f"`{self._edge}{path}` breaks off", "http_failed")
        return sink.taken() if output is None else None

    def store(self, source: SourceLike) -> dict[str, Any]:
        """Has the edge keep a sealed document, under the `document_id` of its label, and returns the receipt."""
        with Source(source) as opened:
            reader = opened.header()
            label: dict[str, Any] = json.loads(reader.inspection())["label"] or {}
            path = f"/v1/objects/{label.get('document_id', '')}"
            if not opened.seekable:
                raise UsageError("a document that is stored must be bytes, a path or a file that seeks", "source_unseekable")
            opened.seek(0)
            size = opened.size()
            headers = {**self._headers("PUT", path), "content-type": "application/octet-stream", "content-length": str(size)}
            response = send("PUT", self._edge + path, headers, opened, self._timeout)  # type: ignore[arg-type]
            return _succeeded(response, 201).json()

    def _admit(
        self, request: _core.OpenRequest, header: bytes, purpose: str | None, action: str | None
    ) -> dict[str, Any]:
        """Has a request to open a document admitted by the key that the edge releases, and returns the edge's decision."""
        asked = _core.ReleaseRequest([header])
        (text,) = self._answered(asked, purpose, action)
        result = json.loads(text)
        if error := result.get("error"):
            kind = NoKeyError if error["code"] == "no_key" else IntegrityError
            raise kind(f"the edge: {error['message']}", error["code"])
        decision: dict[str, Any] = result["decision"]
        if decision["decision"] is not True:
            raise Denied(action or "release", decision)
        request.by_release(asked, 0)
        return decision

    def _answered(self, request: _core.ReleaseRequest, purpose: str | None, action: str | None) -> list[str]:
        body = request.body(purpose, action).encode()
        response = self._request("POST", "/v1/release", body)
        if "results" not in response.json():
            raise _refused(response)
        return request.answer(response.body.decode())

    def _request(self, method: str, path: str, body: bytes | None = None) -> Response:
        response = self._sent(method, path, body, False)
        if response.status == 401 and response.json().get("code") in _RENEWED:
            response = self._sent(method, path, body, True)
        return response

    def _sent(self, method: str, path: str, body: bytes | None, renew: bool) -> Response:
        headers = self._headers(method, path, renew)
        if body is not None:
            headers["content-type"] = "application/json"
        return send(method, self._edge + path, headers, body, self._timeout)

    def _headers(self, method: str, path: str, renew: bool = False) -> dict[str, str]:
        token = self._token(self._prover, renew)
        return {
            "authorization": f"DPoP {token}",
            "dpop": self._prover.prove(method, self._edge + path, token),
        }

    def __repr__(self) -> str:
        return f"ReleaseClient({self._edge!r})"


def _header(document: SourceLike) -> bytes:
    with read_header(document) as (_, header, _):
        return header


def _succeeded(response: Response, status: int) -> Response:
    if response.status != status:
        raise _refused(response)
    return response


def _refused(response: Response) -> Exception:
    """Returns the failure that a problem (RFC 9457) tells of."""
    problem = response.json()
    code = str(problem.get("code", "http_status"))
    if code == "denied":
        reasons = problem.get("reasons", [])
        return Denied("use the edge", {"decision": False, "reasons": reasons, "obligations": []})
    message = f"the edge answers {response.status}: {problem.get('detail') or code}"
    return EnvironmentFailure(message, code) if response.status >= 500 else UsageError(message, code)
