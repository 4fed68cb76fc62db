"""Opening by a key that an edge releases: a real one, of the core, behind a server in a thread."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import sealwright as sw
from sealwright import _core, clock

TEXT = b"Contact ana@acme.example about the order."
RULES = """package sealwright

default decision := {"decision": false, "reasons": ["role_missing"]}

decision := {"decision": true} if input.action.name in {"seal", "open"}

decision := {"decision": true, "obligations": obligations} if {
	input.action.name == "release"
	input.subject.properties.role == "analyst"
	input.context.purpose == "analyse"
}

obligations contains {"type": "transform", "operators": {"DEFAULT": {"operator": "redact"}}} if {
	input.resource.properties.classification == "masked"
}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> sw.Policy:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.rego").write_text(RULES)
    return sw.Policy.load(folder)


@pytest.fixture(scope="module")
def world(rules):
    world = World(rules)
    yield world
    world.server.shutdown()
    world.server.server_close()


class World:
    """Is an edge, and the provider of its tokens, on this machine."""

    def __init__(self, policy: sw.Policy) -> None:
        self.identity = sw.Identity.generate()
        self.signer = sw.Signer.generate("acme")
        self.issuer = Ed25519PrivateKey.generate()
        self.requests = 0
        self.stale = 0
        point = self.issuer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        keys = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": b64(point), "kid": "k1"}]}
        configuration = {
            "issuers": [{"issuer": "https://issuer.example", "audience": "edge", "keys": keys}],
            "delegates": ["transform"],
        }
        senders = _core.Senders([self.signer.verifier._handle], False)
        handles = [self.identity._handle]
        self.releaser = _core.Releaser(policy._handle, handles, senders, json.dumps(configuration))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"world": self}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def token(self, prover: sw.Prover, role: str = "analyst", expires: int = 300) -> str:
        now = int(time.time())
        claims = {"iss": "https://issuer.example", "aud": "edge", "sub": "ana", "exp": now + expires, "role": role}
        claims["cnf"] = {"jkt": prover.thumbprint}
        signed = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "kid": "k1"}, claims))
        return f"{signed}.{b64(self.issuer.sign(signed.encode()))}"

    def client(self, role: str = "analyst") -> sw.ReleaseClient:
        return sw.ReleaseClient(self.url, token=lambda prover, renew: self.token(prover, role))

    def sealed(self, policy: sw.Policy, classification: str = "plain") -> bytes:
        gate = sw.Gate(policy, subject={"id": "ines"})
        label = {"document_id": "d1", "classification": classification}
        return gate.seal(TEXT, recipients=[self.identity.recipient], label=label, signer=self.signer)


class Handler(BaseHTTPRequestHandler):
    world: World

    def do_POST(self) -> None:
        self.world.requests += 1
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/away/v1/release":
            self.send_response(307)
            self.send_header("location", "/v1/release")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        if self.path == "/token":
            self.token(body)
            return
        try:
            url = self.world.url + self.path
            proof = (self.headers["authorization"], self.headers["dpop"], "POST", url, clock.now())
            caller = self.world.releaser.authenticate(*proof)
        except sw.SealwrightError as error:
            self.answer(401, {"status": 401, "code": error.code, "detail": str(error)})
            return
        reply = json.loads(self.world.releaser.release(caller, body, clock.now()))
        self.answer(reply["status"], reply["body"])

    def token(self, body: bytes) -> None:
        secret = base64.b64decode(self.headers["authorization"].removeprefix("Basic ")).decode()
        if secret != "job:s%3Ac" or b"client_credentials" not in body:
            self.answer(401, {"error": "invalid_client"})
            return
        payload = json.loads(base64.urlsafe_b64decode(self.headers["dpop"].split(".")[0] + "=="))
        thumbprint = b64(sha256(json.dumps(payload["jwk"], separators=(",", ":"), sort_keys=True).encode()))
        prover = type("Known", (), {"thumbprint": thumbprint})
        token = self.world.token(prover, expires=300 if "stale" not in body.decode() or self.world.stale else -600)
        self.world.stale += 1
        self.answer(200, {"access_token": token, "token_type": "DPoP", "expires_in": 300})

    def answer(self, status: int, body: dict) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha256(data: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(data).digest()


def opening(rules: sw.Policy, world: World, purpose: str = "analyse") -> sw.Gate:
    trusted = [world.signer.verifier]
    return sw.Gate(rules, subject={"id": "ana"}, purpose=purpose, trusted_senders=trusted)


def test_a_gate_opens_by_the_edges_key(rules, world) -> None:
    with opening(rules, world).open(world.sealed(rules), release=world.client()) as document:
        assert document.read() == TEXT


def test_what_the_edge_obliges_to_is_done(rules, world) -> None:
    with opening(rules, world).open(world.sealed(rules, "masked"), release=world.client()) as document:
        assert document.read() == b"Contact  about the order."


def test_the_edges_refusal_is_a_refusal(rules, world) -> None:
    with pytest.raises(sw.Denied) as caught:
        opening(rules, world).open(world.sealed(rules), release=world.client("intern"))
    assert caught.value.decision["reasons"] == ["role_missing"]
    with pytest.raises(sw.Denied):
        opening(rules, world, "train").open(world.sealed(rules), release=world.client())


def test_a_document_for_somebody_else_has_no_key_here(rules, world) -> None:
    gate = sw.Gate(rules, subject={"id": "ines"})
    other = sw.Identity.generate()
    sealed = gate.seal(TEXT, recipients=[other.recipient], label={"document_id": "d2"}, signer=world.signer)
    with pytest.raises(sw.NoKeyError) as caught:
        opening(rules, world).open(sealed, release=world.client())
    assert caught.value.code == "no_key"


def test_released_headers_open_in_raw_age(rules, world) -> None:
    sealed = [world.sealed(rules), world.sealed(rules, "masked")]
    parts = [split(document) for document in sealed]
    releases = world.client().release(sealed, purpose="analyse")
    for release, (_, payload) in zip(releases, parts, strict=True):
        assert release.header is not None
        assert sw.decrypt(release.header + payload, identities=[release.identity]) == TEXT
    refused = world.client().release(sealed[:1], purpose="train")
    assert (refused[0].header, refused[0].decision["reasons"]) == (None, ["role_missing"])


def split(document: bytes) -> tuple[bytes, bytes]:
    end = document.index(b"\n", document.index(b"\n--- ") + 1) + 1
    return document[:end], document[end:]


def test_a_job_gets_its_tokens_and_keeps_them(rules, world) -> None:
    token = sw.ClientCredentials(f"{world.url}/token", client_id="job", client_secret="s:c")
    client = sw.ReleaseClient(world.url, token=token)
    before = world.requests
    for _ in range(2):
        with opening(rules, world).open(world.sealed(rules), release=client) as document:
            assert document.read() == TEXT
    assert world.requests == before + 3
    wrong = sw.ClientCredentials(f"{world.url}/token", client_id="job", client_secret="other")
    with pytest.raises(sw.UsageError) as caught:
        sw.ReleaseClient(world.url, token=wrong).release([world.sealed(rules)])
    assert caught.value.code == "token_refused"
    assert "other" not in repr(wrong) + str(caught.value)


def test_a_token_that_expired_is_renewed_once(rules, world) -> None:
    world.stale = 0
    token = sw.ClientCredentials(f"{world.url}/token", client_id="job", client_secret="s:c", scope="stale")
    client = sw.ReleaseClient(world.url, token=token)
    assert client.release([world.sealed(rules)], purpose="analyse")[0].header
    assert world.stale == 2


def test_tokens_go_nowhere_else(rules, world) -> None:
    document = world.sealed(rules)
    token = world.client()._token
    with pytest.raises(sw.UsageError) as caught:
        sw.ReleaseClient("http://edge.example", token=token).release([document])
    assert caught.value.code == "url_invalid"
    before = world.requests
    with pytest.raises(sw.UsageError) as caught:
        sw.ReleaseClient(f"{world.url}/away", token=token).release([document])
    assert (caught.value.code, world.requests) == ("http_status", before + 1)


def test_an_edge_that_is_not_there_says_so(rules, world) -> None:
    client = sw.ReleaseClient("http://127.0.0.1:1", token=world.client()._token, timeout=2)
    with pytest.raises(sw.EnvironmentFailure) as caught:
        client.release([world.sealed(rules)])
    assert caught.value.code == "http_failed"


def test_a_proof_is_for_one_method_and_address() -> None:
    prover = sw.Prover()
    claims = json.loads(base64.urlsafe_b64decode(prover.prove("GET", "https://edge.example/a?b").split(".")[1] + "=="))
    assert (claims["htm"], claims["htu"]) == ("GET", "https://edge.example/a")
    assert prover.thumbprint in repr(prover)
