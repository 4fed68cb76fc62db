"""Who calls an edge: a key of the caller's, and tokens that are bound to it (DPoP, RFC 9449)."""

from __future__ import annotations

import time

from . import _core
from .errors import UsageError
from .http import send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MARGIN_S = 30
"""How long before its end a token is renewed."""


class Prover:
    """Proves who calls: an Ed25519 key that lives as long as this does."""

    __slots__ = ("_handle",)

    def __init__(self) -> None:
        self._handle = _core.Prover.generate()

    @property
    def thumbprint(self) -> str:
        """What tokens are bound to: `cnf.jkt`."""
        return self._handle.thumbprint()

    def prove(self, method: str, url: str, token: str | None = None, nonce: str | None = None) -> str:
        """Returns the header `DPoP` for one request: with the token that goes along, and a server's nonce, if it wants one."""
        return self._handle.prove(method, url, token, nonce, int(time.time()))

    def __repr__(self) -> str:
        return f"Prover({self.thumbprint})"


class ClientCredentials:
    """Gets tokens for a service or a job, which has a secret of its own: the grant `client_credentials` (RFC 6749).

    `resource` names the edge where the provider knows several (RFC 8707).
    """

    __slots__ = ("_form", "_secret", "_token", "_until", "_url")

    def __init__(
        self,
        token_url: str,
        *,
        client_id: str,
        client_secret: str,
        scope: str | None = None,
        resource: str | None = None,
    ) -> None:
        self._url = token_url
        self._secret = (client_id, client_secret)
        fields = {"grant_type": "client_credentials", "scope": scope, "resource": resource}
        self._form = {name: value for name, value in fields.items() if value is not None}
        self._token = ""
        self._until = 0.0

    def __call__(self, prover: Prover, renew: bool) -> str:
        """Returns a token that is bound to the prover's key, the last one while it holds."""
        if renew or time.time() >= self._until:
            answer = self._ask(prover, None)
            self._token = str(answer["access_token"])
            self._until = time.time() + float(answer.get("expires_in", 0)) - _MARGIN_S
        return self._token

    def _ask(self, prover: Prover, nonce: str | None) -> dict[str, Any]:
        import base64
        from urllib.parse import quote, urlencode

        # RFC 6749, section 2.3.1, has both encoded as in a form.
        secret = base64.b64encode(":".join(quote(part, safe="") for part in self._secret).encode()).decode()
        headers = {
            "authorization": f"Basic {secret}",
            "content-type": "application/x-www-form-urlencoded",
            "dpop": prover.prove("POST", self._url, None, nonce),
        }
        response = send("POST", self._url, headers, urlencode(self._form).encode())
        answer = response.json()
        if response.status == 400 and answer.get("error") == "use_dpop_nonce" and nonce is None:
            return self._ask(prover, response.headers.get("dpop-nonce"))
        if response.status != 200 or "access_token" not in answer:
            reason = answer.get("error_description") or answer.get("error") or f"it answers {response.status}"
            raise UsageError(f"no token for `{self._secret[0]}`: {reason}", "token_refused")
        if str(answer.get("token_type", "")).lower() != "dpop":
            raise UsageError(f"the token for `{self._secret[0]}` is not bound to a key", "token_refused")
        return answer

    def __repr__(self) -> str:
        return f"ClientCredentials({self._url!r}, client_id={self._secret[0]!r})"

