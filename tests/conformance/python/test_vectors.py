"""Every vector under `tests/vectors`, through the Python package."""

import base64
import hashlib
import io
import json
import tempfile
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

import sealwright as sw
from sealwright import _core
from sealwright.sandbox import Sandboxed
from sealwright.source import Source

REPOSITORY = Path(__file__).parents[3]
VECTORS = REPOSITORY / "tests" / "vectors"

Vector = dict[str, Any]


class Once(io.BytesIO):
    """Is a source that gives a few bytes at a time, and only once."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return super().read(997)


def outcome(work: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return "ok", work()
    except sw.SealwrightError as error:
        return error.code, None


def document(vector: Vector) -> None:
    file = base64.b64decode(vector["file"])
    keys: dict[str, Any] = {"identities": [sw.Identity.parse(text) for text in vector["identities"]]}
    if vector["passphrase"] is not None:
        keys = {"passphrase": vector["passphrase"]}
    ways: list[Callable[[], bytes]] = [lambda: sw.decrypt(file, **keys), lambda: sw.decrypt(Once(file), **keys)]
    if vector["passphrase"] is None and not file.lstrip().startswith(b"-----BEGIN"):
        ways.append(lambda: by_ranges(file, keys["identities"]))
    for way in ways:
        code, plaintext = outcome(way)
        assert code == vector["expect"]
        if plaintext is not None:
            assert hashlib.sha256(plaintext).hexdigest() == vector["plaintext_sha256"]
    if "inspection" in vector:
        assert sw.inspect(file) == vector["inspection"]


def by_ranges(file: bytes, identities: list[sw.Identity]) -> bytes:
    source = Source(file)
    decryptor = source.header().range_decryptor([identity._handle for identity in identities], len(file))
    decryptor.authenticate(source.read_range(*decryptor.last_chunk_range()))
    parts = []
    for start in reversed(range(0, decryptor.size(), 50_000)):
        end = min(start + 50_000, decryptor.size())
        parts.append(decryptor.decrypt(start, end, source.read_range(*decryptor.ciphertext_range(start, end))))
    return b"".join(reversed(parts))


class Asked:
    """Allows everything, and keeps what it was asked."""

    def __init__(self) -> None:
        self._policy = sw.Policy({"vector.rego": 'package sealwright\n\ndecision := {"decision": true}\n'})
        self.reference = self._policy.reference
        self.requests: list[dict[str, Any]] = []
        self._handle = self

    def decide(self, request: str) -> str:
        self.requests.append(json.loads(request))
        return self._policy._handle.decide(request)


def sender(vector: Vector) -> None:
    file = base64.b64decode(vector["file"])
    outboard = base64.b64decode(vector["outboard"]) if "outboard" in vector else None
    identities = [sw.Identity.parse(text) for text in vector["identities"]]
    asked = Asked()

    def opened(source: bytes | Once) -> tuple[Any, bytes]:
        gate = sw.Gate(
            asked,  # type: ignore[arg-type]
            subject={"id": "u"},
            trusted_senders=[sw.VerifierKey.parse(text) for text in vector["trusted"]],
            allow_unsigned=vector["allow_unsigned"],
        )
        with gate.open(source, identities=identities, outboard=outboard) as document:
            return document.private, document.readall()

    by_ranges = not file.startswith(b"-----BEGIN")
    ways = [(file, vector.get("expect_by_ranges", vector["expect"]) if by_ranges else vector["expect"])]
    if outboard is None:
        ways.append((Once(file), vector["expect"]))
    for source, expect in ways:
        code, answer = outcome(lambda: opened(source))  # noqa: B023
        assert code == expect
        if answer is not None:
            assert asked.requests[-1]["resource"]["properties"]["sender"] == vector["sender"]
            assert answer[0] == vector["private"]
            assert hashlib.sha256(answer[1]).hexdigest() == vector["plaintext_sha256"]


def program(vector: Vector) -> None:
    made = base64.b64decode(vector["program"])
    code, decision = outcome(lambda: sw.Policy.from_program(made).decide(vector["request"]))
    if decision is None:
        assert code == vector["expect"]
    else:
        found = {"decision": decision["decision"], "digest": decision["policy"]["digest"], "reasons": decision["reasons"]}
        assert found == vector["expect"]


def bundle(vector: Vector) -> None:
    trust, note = vector["options"].get("trust"), vector["options"].get("note")
    options: dict[str, Any] = {}
    if trust is not None:
        options = {
            "trusted_signers": trust.get("signers", []),
            "signature_keys": trust.get("keys", []),
            "scope": trust.get("scope", ""),
        }

    def opened(work: Path) -> sw.Bundle:
        if "archive" in vector:
            return sw.Bundle.from_bytes(base64.b64decode(vector["archive"]), **options, note=note)
        for path, content in vector["files"].items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(base64.b64decode(content))
        return sw.Bundle.load(work, **options)

    with tempfile.TemporaryDirectory() as folder:
        code, read = outcome(lambda: opened(Path(folder)))
    assert code == vector["expect"]
    if read is not None:
        source = json.loads(read._handle.source("{}"))
        assert (source, read.revision, read.signer) == (vector["source"], vector["source"]["revision"], vector["signer"])
        if "archive" in vector:
            assert read.digest == vector["digest"]


def record(vector: Vector) -> None:
    key = sw.Identity.parse(vector["identity"])
    column, ids, tokens = vector["column"], decoded(vector["ids"]), decoded(vector["tokens"])
    try:
        newest, *older = (sw.Collection.decrypt(file, identities=[key]) for file in decoded(vector["collections"]))
        collection = reduce(sw.Collection.with_older, older, newest)
        values = collection.open(column, ids, tokens)
    except sw.SealwrightError as error:
        assert (error.code, error.index) == (vector["expect"], vector.get("index"))
        return
    assert vector["expect"] == "ok"
    assert values == decoded(vector["values"])
    if "text" in vector:
        assert sw.Batch.of(tokens).to_text().to_list() == [text.encode() for text in vector["text"]]
        assert collection.open(column, ids, vector["text"]) == values
    for size, indexes in vector.get("blind_index", {}).items():
        assert collection.blind_index(column, values, size=int(size)) == decoded(indexes)
    assert collection.open(column, ids, collection.seal(column, ids, values)) == values


def decoded(values: list[str]) -> list[bytes]:
    return [base64.b64decode(value) for value in values]


def label(vector: Vector) -> None:
    recipient = sw.Identity.generate().recipient
    code, file = outcome(lambda: sw.encrypt(b"", recipients=[recipient], label=vector["label_json"]))
    assert code == vector["expect"]
    if file is not None:
        body = b"".join(file.split(b"\n-> ")[1].splitlines()[1:])
        assert base64.b64decode(body + b"=" * (-len(body) % 4)).decode() == vector["canonical"]
        assert sw.inspect(file)["label"] == json.loads(vector["canonical"])


def privacy(vector: Vector) -> None:
    text = vector["text"].encode() if "text" in vector else base64.b64decode(vector["base64"])
    assert json.loads(Source(text).scan().findings()) == vector["findings"]
    if vector.get("operators") is None:
        return
    obligation = json.dumps({"type": "transform", "operators": vector["operators"]})
    rego = f'package sealwright\n\ndecision := {{"decision": true, "obligations": [{obligation}]}}\n'
    gate = sw.Gate(sw.Policy({"vector.rego": rego}), subject={"id": "u"})
    identity = sw.Identity.generate()
    try:
        file = gate.seal(text, recipients=[identity.recipient], label={"document_id": "d"})
    except sw.Denied as denied:
        assert denied.decision["reasons"] == [vector.get("expect")]
    else:
        assert "expect" not in vector
        assert sw.decrypt(file, identities=[identity]) == vector["transformed"].encode()


def decision(vector: Vector) -> None:
    failures = []
    for load in (_core.Policy.load, Sandboxed):
        try:
            answer = json.loads(load(policy_of(vector)).decide(vector["request"]))
        except sw.SealwrightError as error:
            answer = error.code
            failures.append((type(error), str(error), error.location))
        assert answer == vector["expect"]
    # The same words, and the same place in a module.
    assert failures[1:] == failures[:1]


def explain(vector: Vector) -> None:
    for load in (_core.Policy.load, Sandboxed):
        code, explanation = outcome(lambda: load(policy_of(vector)).explain(vector["request"], vector["values"]))  # noqa: B023
        if explanation is None:
            assert code == vector["expect"]
            continue
        assert explanation.record() == vector["expect"]
        assert explanation.tree(False) == vector["tree"]
        assert hashlib.sha256(explanation.svg().encode()).hexdigest() == vector["svg_sha256"]


def policy_of(vector: Vector) -> str:
    if vector["policy"] == "library":
        return sw.Bundle.load(REPOSITORY / "policies")._handle.source('{"name": "sealwright", "revision": "1"}')
    return json.dumps(vector["policy"])


def check(vector: Vector) -> None:
    findings = json.loads(_core.Policy.check(json.dumps(vector["policy"]), json.dumps(vector["schemas"])))
    assert all(finding.pop("message") and finding.pop("hint") for finding in findings)
    assert findings == vector["expect"]


def log(vector: Vector) -> None:
    for load in (_core.Policy.load, Sandboxed):
        entry = load(json.dumps(vector["policy"])).log_entry(vector["request"], json.dumps(vector["context"]))
        assert entry == vector["expect"]


KINDS: dict[str, Callable[[Vector], None]] = {
    "bundle": bundle,
    "program": program,
    "document": document,
    "sender": sender,
    "record": record,
    "label": label,
    "privacy": privacy,
    "decision": decision,
    "explain": explain,
    "check": check,
    "log": log,
}
FOLDERS = sorted(path for path in VECTORS.iterdir() if path.is_dir())


@pytest.mark.parametrize(
    "vector",
    [file for folder in FOLDERS for file in sorted(folder.iterdir())],
    ids=lambda file: f"{file.parent.name}/{file.stem}",
)
def test_every_vector_holds(vector: Path) -> None:
    KINDS[vector.parent.name](json.loads(vector.read_text(encoding="utf-8")))


@pytest.mark.parametrize("vector", sorted((VECTORS / "decision").glob("hostile_*.json")), ids=lambda file: file.stem)
def test_what_a_hostile_policy_asks_ends_no_instance(vector: Path) -> None:
    content = json.loads(vector.read_text(encoding="utf-8"))
    try:
        policy = Sandboxed(policy_of(content))
    except sw.PolicyError as error:
        assert error.code == content["expect"] != "policy_trap"
        return
    (instance,) = policy._idle
    for _ in range(2):
        code, _ = outcome(lambda: policy.decide(content["request"]))
        assert code == content["expect"] or (code, type(content["expect"])) == ("ok", dict)
        assert instance._usable


def test_no_folder_is_unknown_or_empty() -> None:
    assert {folder.name for folder in FOLDERS} <= set(KINDS)
    assert FOLDERS and all(any(folder.iterdir()) for folder in FOLDERS)
