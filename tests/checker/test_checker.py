"""The plain-Python checker says of every vector what the vector says."""

import base64
import hashlib
import hmac
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import document as documents
import label as labels
import record as records

REPOSITORY = Path(__file__).parents[2]

Vector = dict[str, Any]


def outcome(work: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return "ok", work()
    except labels.Refused as refused:
        return str(refused), None


def document(vector: Vector) -> None:
    file = base64.b64decode(vector["file"])
    code, plaintext = outcome(lambda: documents.decrypted(file, vector["identities"], vector["passphrase"]))
    assert code == vector["expect"]
    assert plaintext is None or hashlib.sha256(plaintext).hexdigest() == vector["plaintext_sha256"]


def sender(vector: Vector) -> None:
    file = base64.b64decode(vector["file"])
    outboard = base64.b64decode(vector["outboard"]) if "outboard" in vector else None
    code, opened = outcome(
        lambda: documents.opened(file, vector["identities"], vector["trusted"], vector["allow_unsigned"], outboard)
    )
    assert code == vector["expect"]
    if opened is not None:
        assert (opened["sender"], opened["private"]) == (vector["sender"], vector["private"])
        assert hashlib.sha256(opened["plaintext"]).hexdigest() == vector["plaintext_sha256"]


def label(vector: Vector) -> None:
    code, canonical = outcome(lambda: labels.written_label(vector["label_json"].encode()).decode())
    assert (code, canonical) == (vector["expect"], vector.get("canonical"))


def record(vector: Vector) -> None:
    column, tokens, ids, files = vector["column"], *map(decoded, (vector["tokens"], vector["ids"], vector["collections"]))

    def opened() -> tuple[list[Any], list[bytes]]:
        collections = [records.read_collection(file, vector["identity"]) for file in files]
        return collections, records.opened(collections, column, ids, tokens)

    try:
        collections, values = opened()
    except labels.Refused as refused:
        assert (str(refused), refused.place) == (vector["expect"], vector.get("index"))
        return
    assert vector["expect"] == "ok"
    assert values == decoded(vector["values"])
    key = documents.hkdf(collections[0][3], b"", column)
    for size, indexes in vector.get("blind_index", {}).items():
        assert [hmac.digest(key, value, "sha256")[: int(size)] for value in values] == decoded(indexes)
    for token, text in zip(tokens, vector.get("text", []), strict="text" in vector):
        assert base64.urlsafe_b64encode(token).rstrip(b"=").decode() == text


def decoded(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


KINDS = {"document": document, "sender": sender, "record": record, "label": label}
FILES = [file for kind in KINDS for file in sorted((REPOSITORY / "tests/vectors" / kind).glob("*.json"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_specs_alone_give_what_every_vector_expects(file: Path) -> None:
    KINDS[file.parent.name](json.loads(file.read_text(encoding="utf-8")))


def test_there_are_vectors_of_every_kind() -> None:
    assert {file.parent.name for file in FILES} == set(KINDS)


def test_the_checker_is_small_and_uses_nothing_of_ours() -> None:
    paths = [path for path in Path(__file__).parent.glob("*.py") if path != Path(__file__)]
    parts = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in paths}
    assert sum(bool(line.strip()) for name in ("document", "label", "tree") for line in parts[name]) <= 400
    assert not any("sealwright" in line for part in parts.values() for line in part if "import" in line)


def test_numbers_are_written_as_ecmascript_does() -> None:
    # The samples of RFC 8785, appendix B, less those that are no safe integer.
    for bits, expected in (
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ):
        assert labels.number(struct.unpack(">d", bytes.fromhex(bits))[0]) == expected
