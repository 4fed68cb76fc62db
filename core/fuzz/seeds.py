"""Writes the fuzz targets' first inputs, out of the vectors and the policy library: `python core/fuzz/seeds.py FOLDER`."""

import base64
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
sys.dont_write_bytecode = True
sys.path.append(str(REPOSITORY / "tests/vectors"))

from make_document import ALICE, bech32, header, label, payload, x25519  # noqa: E402

# Larger inputs make a fuzzer slow and teach it nothing.
MOST = 8192

RECIPIENT = "age13qs2767x2dxmdm7fw25827n7e7v2x3v84vz9mjfsnsmwqhtx2d4qk6mmqv"


def vectors(kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted((REPOSITORY / "tests/vectors" / kind).glob("*.json")):
        yield json.loads(path.read_bytes())


def seeds() -> Iterator[tuple[str, bytes]]:
    for vector in vectors("document"):
        file = base64.b64decode(vector["file"])
        begin, _, armored = file.partition(b"FILE-----\n")
        yield "header", file[: file.find(b"\n", file.find(b"\n---") + 1) + 1]
        for target in ("document", "gate", "release", "rewrap", "unwrap"):
            yield target, file
        if b"BEGIN AGE" in begin:
            yield "armor", armored
        for text in vector["identities"]:
            yield "keys", text.encode()
    for vector in vectors("sender"):
        for target in ("document", "gate", "rewrap", "unwrap"):
            yield target, base64.b64decode(vector["file"])
        for text in vector["trusted"]:
            yield "keys", text.encode()
        if vector.get("private") is not None:
            yield "private", json.dumps(vector["private"]).encode()
    for vector in vectors("record"):
        for text in (*vector["tokens"], *vector["collections"]):
            yield "record", base64.b64decode(text)
    for vector in vectors("bundle"):
        if "archive" in vector:
            archive = base64.b64decode(vector["archive"])
            yield "bundle", archive
            # Mutations of a compressed archive hardly ever reach what is in it.
            if archive[:4] == b"\x1f\x8b\x08\x00" and vector["expect"] != "bundle_malformed":
                yield "bundle", gzip.decompress(archive).rstrip(b"\0") + bytes(1536)
    yield "release", json.dumps({"headers": ["YWdl"], "purpose": "a", "recipient": RECIPIENT, "request_id": "A" * 22}).encode()
    for claims in ({"iss": "i", "aud": ["a"], "sub": "s", "exp": 2e9, "cnf": {"jkt": "x"}}, {"jti": "12345678", "htm": "POST", "iat": 0}):
        first = {"alg": "EdDSA", "kid": "k", "typ": "at+jwt", "jwk": {"kty": "EC", "crv": "P-256", "x": "", "y": ""}}
        parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (first, claims))
        yield "credential", b".".join((*parts, b"A" * 86))
    yield "credential", b'{"keys":[{"kty":"RSA","kid":"k","e":"AQAB","n":"AQAB","use":"sig","key_ops":["verify"]}]}'
    for vector in vectors("program"):
        yield "program", base64.b64decode(vector["program"])[len("sealwright.dev/program v1\n") : -32]
    # An empty collection under the file key of the generators.
    yield "record", header(label(), x25519(ALICE)) + payload(b"")
    for vector in vectors("label"):
        for target in ("label", "json"):
            yield target, vector["label_json"].encode()
    yield "private", b'{"attributes":{"a":[1,null,true]},"data_subjects":["p-1"],"file_name":"a.txt"}'
    yield from texts_of_keys()
    yield from decisions()
    for vector in vectors("privacy"):
        yield "scanner", vector["text"].encode() if "text" in vector else base64.b64decode(vector["base64"])
        yield "operators", json.dumps(vector.get("operators")).encode()
    for path in sorted((REPOSITORY / "policies/sealwright").rglob("*.rego")):
        yield "policy", path.read_bytes().replace(b"package sealwright.", b"package other.")
    yield from calls()


def texts_of_keys() -> Iterator[tuple[str, bytes]]:
    # The signer key of golang.org/x/mod/sumdb/note's example.
    yield "keys", b"PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    yield "keys", ALICE.recipient.encode()
    for vector in json.loads((REPOSITORY / "tests/foreign/xwing.json").read_bytes()):
        yield "keys", bech32("age1pq", bytes.fromhex(vector["pk"])).encode()


def decisions() -> Iterator[tuple[str, bytes]]:
    decision_id = hashlib.sha256(b"sealwright.dev/decision v1\n\n{}").hexdigest()
    for vector in vectors("decision"):
        yield "request", vector["request"].encode()
        if isinstance(vector["expect"], dict):
            answer = vector["expect"] | {"decision_id": decision_id, "policy": {"revision": "", "digest": ""}}
            yield "decision", json.dumps(answer).encode()
            yield "obligations", json.dumps(answer["obligations"]).strip("[]").encode()
        if isinstance(vector["policy"], dict):
            yield "policy_source", json.dumps(vector["policy"]).encode()
            for module in vector["policy"]["modules"]:
                yield "policy", module["text"].encode()


def calls() -> Iterator[tuple[str, bytes]]:
    """Takes calls of built-ins out of their tests, where names and arguments are texts that JSON writes alike."""
    folder = REPOSITORY / "core/src/policy/builtin"
    tables = "".join((folder / name).read_text() for name in ("table.rs", "beyond.rs"))
    names = re.findall(r'builtin\("([^"]+)"', tables)
    for path in sorted((folder / "tests").glob("*.rs")):
        for name, literal in re.findall(r'\("([a-z0-9_.]+)",\s*("(?:[^"\\]|\\.)*")', path.read_text()):
            args = json.loads(literal).encode()
            yield "value_json", args
            if name in names:
                yield "builtins", bytes([names.index(name)]) + args


if __name__ == "__main__":
    for target, seed in seeds():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        if len(seed) <= MOST:
            (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
