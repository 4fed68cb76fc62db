"""Writes the vectors under `record/`: independent of Sealwright's code, from `core/spec/record.md` alone.

Run it by hand after a change of the spec: `python tests/vectors/make_record.py`. It draws nothing at random, so that the same
spec gives the same files. `--example` prints the example of the spec.
"""

from __future__ import annotations

import base64
import hmac
import struct
import sys
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

# A folder of compiled modules here would be taken for one of vectors.
sys.dont_write_bytecode = True

import make_document
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from make_document import ALICE, BOB, fixed, flip, hkdf, write

CONTEXT = b"sealwright.dev/v1/record"
IDS = [b"row-1", b"row-2", "Zürich".encode(), bytes(range(16))]
VALUES = [b"123-45-6789", b"", "Größe: 1,80 m".encode(), fixed("value", 300)]


def quarter(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for add, to, turn in ((b, d, 16), (d, b, 12), (b, d, 8), (d, b, 7)):
        at = a if to == d else c
        state[at] = (state[at] + state[add]) & 0xFFFFFFFF
        mixed = state[to] ^ state[at]
        state[to] = (mixed << turn | mixed >> 32 - turn) & 0xFFFFFFFF


def hchacha20(key: bytes, nonce: bytes) -> bytes:
    """Returns the subkey of draft-irtf-cfrg-xchacha-03, section 2.2."""
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))
    for _ in range(10):
        for first in range(4):
            quarter(state, first, 4 + first, 8 + first, 12 + first)
        for first in range(4):
            quarter(state, first, 4 + (first + 1) % 4, 8 + (first + 2) % 4, 12 + (first + 3) % 4)
    return struct.pack("<8I", *state[:4], *state[12:])


def xchacha20_poly1305(key: bytes, nonce: bytes, associated_data: bytes, value: bytes) -> bytes:
    cipher = ChaCha20Poly1305(hchacha20(key, nonce[:16]))
    return cipher.encrypt(bytes(4) + nonce[16:], value, associated_data)


class Generation:
    """Is a collection: its document and its keys."""

    def __init__(self, name: str, collection_id: str = "patients", label: bytes | None = None, payload: bytes = b"") -> None:
        self.collection_id = collection_id
        self.label = label or b'{"classification":"confidential","document_id":"%s"}' % collection_id.encode()
        self.file_key = fixed(f"file key of {name}", 16)
        self.document = self.sealed(self.label, payload)
        salt = sha256(self.label).digest()
        self.record_key = hkdf(self.file_key, salt, b"sealwright.dev/v1/record")
        self.key_id = hkdf(self.file_key, salt, b"sealwright.dev/v1/record-id")[:4]
        self.index_key = hkdf(self.file_key, salt, b"sealwright.dev/v1/blind-index")

    def sealed(self, label: bytes | None, payload: bytes = b"") -> bytes:
        """Returns a document of this file key for Alice, by the generator of documents."""
        key = self.file_key
        stanzas = [] if label is None else [make_document.label(label)]
        front = make_document.header(*stanzas, make_document.x25519(ALICE, file_key=key), file_key=key)
        return front + make_document.payload(payload, key)

    def token(self, column: str, record_id: bytes, value: bytes, nonce: bytes | None = None) -> bytes:
        data = CONTEXT
        for part in (self.collection_id.encode(), column.encode(), record_id):
            data += struct.pack(">H", len(part)) + part
        nonce = nonce or fixed(f"nonce of {column} {record_id!r} {value!r}", 24)
        return b"\x01" + self.key_id + nonce + xchacha20_poly1305(self.record_key, nonce, data, value)

    def tokens(self, column: str = "ssn", ids: list[bytes] = IDS, values: list[bytes] = VALUES) -> list[bytes]:
        return [self.token(column, record_id, value) for record_id, value in zip(ids, values, strict=True)]

    def blind_index(self, column: str, value: bytes, size: int) -> bytes:
        key = hkdf(self.index_key, b"", column.encode())
        return hmac.digest(key, value, "sha256")[:size]


def text(items: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(item).decode() for item in items]


def url(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def case(
    name: str,
    comment: str,
    collections: list[bytes],
    tokens: list[bytes],
    expect: str = "ok",
    column: str = "ssn",
    ids: list[bytes] = IDS,
    identity: make_document.Identity = ALICE,
    **more: Any,
) -> None:
    """Writes a vector: the newest collection first; `index` is the place of the record that fails."""
    vector: dict[str, Any] = {
        "comment": comment,
        "identity": identity.text,
        "collections": text(collections),
        "column": column,
        "ids": text(ids),
        "tokens": text(tokens),
        "expect": expect,
    }
    write("record", name, vector | more)


OLD, NEW, OTHER = Generation("old"), Generation("new"), Generation("other", "staff")


def opening() -> None:
    values = text(VALUES)
    tokens = OLD.tokens()
    index = {str(size): text(OLD.blind_index("ssn", value, size) for value in VALUES) for size in (8, 16, 32)}
    case("column", "a column of four records", [OLD.document], tokens, values=values, text=list(map(url, tokens)), blind_index=index)
    case("empty_batch", "a column without records", [OLD.document], [], ids=[], values=[])
    case("unicode_column", "a column's name beyond ASCII", [OLD.document], OLD.tokens("Sozialversicherungsnummer №"), column="Sozialversicherungsnummer №", values=values, blind_index={"16": text(OLD.blind_index("Sozialversicherungsnummer №", value, 16) for value in VALUES)})
    longest = "c" * 256
    case("longest_names", "a column's name of 256 bytes and an id of 1,024", [OLD.document], [OLD.token(longest, b"i" * 1024, b"v")], column=longest, ids=[b"i" * 1024], values=text([b"v"]))
    boundaries = [bytes(size) for size in (1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025)]
    ids = [b"%d" % len(value) for value in boundaries]
    case("block_boundaries", "values around the cipher's blocks", [OLD.document], OLD.tokens("ssn", ids, boundaries), ids=ids, values=text(boundaries))
    mixed = [generation.token("ssn", record_id, value) for generation, record_id, value in zip((OLD, NEW, OLD, NEW), IDS, VALUES, strict=True)]
    case("generations", "tokens of two generations", [NEW.document, OLD.document], mixed, values=values, blind_index={"16": text(NEW.blind_index("ssn", value, 16) for value in VALUES)})
    armored = make_document.armor(OLD.document)
    case("armored_collection", "a collection in armor", [armored], tokens, values=values)


def moved() -> None:
    def bad(name: str, comment: str, tokens: list[bytes], index: int, expect: str = "record_corrupt", **more: Any) -> None:
        case(name, comment, more.pop("collections", [OLD.document]), tokens, expect, index=index, **more)

    tokens = OLD.tokens()
    bad("moved_between_rows", "two tokens changed places", [tokens[0], tokens[2], tokens[1], tokens[3]], 1)
    bad("moved_between_columns", "a token of another column", [tokens[0], OLD.token("iban", IDS[1], VALUES[1]), *tokens[2:]], 1)
    renamed = Generation("old", "patients-2", OLD.label)
    bad("moved_between_collections", "the same keys, another collection id", [*tokens[:3], renamed.token("ssn", IDS[3], VALUES[3])], 3)
    bad("another_collection", "a token of another collection", [tokens[0], OTHER.token("ssn", IDS[1], VALUES[1]), *tokens[2:]], 1, "record_key_unknown")
    bad("newer_generation", "a token of a generation that is not at hand", [*tokens[:2], NEW.token("ssn", IDS[2], VALUES[2]), tokens[3]], 2, "record_key_unknown")
    shifted = OLD.token("ssnrow", b"-1", VALUES[0])
    bad("boundary_shifted", "a column that ends where the id begins elsewhere", [shifted], 0, ids=[b"row-1"])
    for name, comment, token in (
        ("version_flipped", "another version", flip(tokens[0], 0)),
        ("nonce_flipped", "a bit of the nonce", flip(tokens[0], 5)),
        ("ciphertext_flipped", "a bit of the ciphertext", flip(tokens[0], 29)),
        ("tag_flipped", "a bit of the tag", flip(tokens[0], -1)),
        ("cut", "the last byte is missing", tokens[0][:-1]),
        ("cut_short", "44 bytes", tokens[0][:44]),
        ("nothing", "no byte at all", b""),
        ("trailing_byte", "a byte follows", tokens[0] + b"x"),
    ):
        bad(name, comment, [token, *tokens[1:]], 0)
    bad("key_id_flipped", "a bit of the key id", [flip(tokens[0], 1), *tokens[1:]], 0, "record_key_unknown")
    swapped = b"\x01" + NEW.key_id + tokens[0][5:]
    bad("key_id_of_newer", "the key id of the other generation", [swapped], 0, ids=IDS[:1], collections=[NEW.document, OLD.document])


def refused() -> None:
    tokens = OLD.tokens()
    loosened = OLD.sealed(OLD.label.replace(b"confidential", b"public"))
    case("label_loosened", "a looser label by one who held the file key: no record opens under it", [loosened], tokens, "record_key_unknown", index=0)
    case("no_label", "a document without a label", [OLD.sealed(None)], tokens, "label_count")
    case("payload", "a document with a payload", [OLD.sealed(OLD.label, b"text")], tokens, "collection_payload")
    case("payload_cut", "the payload is missing", [OLD.document[:-16]], tokens, "payload_corrupt")
    case("trailing_byte_behind_collection", "a byte follows the collection", [OLD.document + b"x"], tokens, "payload_corrupt")
    case("mac_flipped", "a bit of the header's MAC", [flip(OLD.document, -60)], tokens, "header_mac")
    case("wrong_identity", "a collection for somebody else", [OLD.document], tokens, "no_identity", identity=BOB)
    case("other_generation", "collections of different ids", [NEW.document, OTHER.document], tokens, "collection_mismatch")
    case("column_empty", "a column without a name", [OLD.document], tokens, "record_limit", column="")
    case("column_too_long", "a column's name of 257 bytes", [OLD.document], tokens, "record_limit", column="c" * 257)
    case("id_empty", "a record without an id", [OLD.document], tokens, "record_limit", ids=[IDS[0], b"", *IDS[2:]], index=1)
    case("id_too_long", "an id of 1,025 bytes", [OLD.document], tokens, "record_limit", ids=[*IDS[:3], b"i" * 1025], index=3)
    case("ids_missing", "fewer ids than tokens", [OLD.document], tokens, "batch_invalid", ids=IDS[:3])


def example() -> None:
    head, _, _ = OLD.document.partition(b"--- ")
    mac_line = OLD.document[len(head) :].split(b"\n", 1)[0]
    for line in (head + mac_line).decode().split("\n"):
        print("    " + line)
    rest = OLD.document[len(head) + len(mac_line) + 1 :]
    print(f"    <nonce and empty payload, in base64: {base64.b64encode(rest).decode()}>")
    print(ALICE.text, url(OLD.token("ssn", b"row-1", VALUES[0])), OLD.blind_index("ssn", VALUES[0], 16).hex(), OLD.key_id.hex())


if __name__ == "__main__":
    # draft-irtf-cfrg-xchacha-03, section 2.2.1.
    assert hchacha20(bytes(range(32)), bytes.fromhex("000000090000004a0000000031415927")).hex() == (
        "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
    )
    if "--example" in sys.argv:
        example()
    else:
        opening()
        moved()
        refused()
