"""Writes the document and label vectors from `core/spec` alone, on PyCA `cryptography`: a second implementation.

Run it by hand after a change of the spec: `python tests/vectors/make_document.py`. It draws nothing at random, so that the
same spec gives the same files.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FOLDER = Path(__file__).parent
VERSION = b"age-encryption.org/v1\n"
CHUNK = 65536
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def fixed(name: str, size: int) -> bytes:
    """Returns bytes that stand in for randomness, the same at every run."""
    return hashlib.shake_256(name.encode()).digest(size)


def hkdf(ikm: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(ikm)


def bech32(prefix: str, data: bytes) -> str:
    def polymod(values: list[int]) -> int:
        check = 1
        for value in values:
            top = check >> 25
            check = (check & 0x1FFFFFF) << 5 ^ value
            for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                check ^= generator if top >> bit & 1 else 0
        return check

    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = polymod(expanded + words + [0] * 6) ^ 1
    words += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(BECH32[word] for word in words)


class Identity:
    def __init__(self, name: str) -> None:
        self.secret = fixed(f"identity {name}", 32)
        self.key = X25519PrivateKey.from_private_bytes(self.secret)
        self.public = self.key.public_key().public_bytes_raw()
        self.text = bech32("age-secret-key-", self.secret).upper()
        self.recipient = bech32("age", self.public)


class HybridIdentity:
    """Is a key of the X-Wing draft's vectors, with the one encapsulation for it that the draft publishes."""

    def __init__(self, vector: dict[str, str]) -> None:
        self.text = bech32("age-secret-key-pq-", bytes.fromhex(vector["sk"])).upper()
        self.encapsulated = bytes.fromhex(vector["ct"])
        self.shared = bytes.fromhex(vector["ss"])


HANNAH, HECTOR, _ = (HybridIdentity(vector) for vector in json.loads((FOLDER.parent / "foreign" / "xwing.json").read_text()))
ALICE, BOB, CAROL = Identity("alice"), Identity("bob"), Identity("carol")
FILE_KEY = fixed("file key", 16)
NONCE = fixed("nonce", 16)
LABEL = b'{"classification":"internal","document_id":"d1"}'


def b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def stanza(kind: str, args: list[bytes], body: bytes) -> bytes:
    text = b64(body)
    lines = [text[at : at + 64] for at in range(0, len(text) + 1, 64)]
    return b"-> " + b" ".join([kind.encode(), *args]) + b"\n" + b"".join(line + b"\n" for line in lines)


def wrap(key: bytes, file_key: bytes = FILE_KEY) -> bytes:
    return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def x25519(identity: Identity, share_name: str = "share", file_key: bytes = FILE_KEY) -> bytes:
    ephemeral = X25519PrivateKey.from_private_bytes(fixed(f"{share_name} for {identity.text}", 32))
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(identity.public))
    wrap_key = hkdf(shared, share + identity.public, b"age-encryption.org/v1/X25519")
    return stanza("X25519", [b64(share)], wrap(wrap_key, file_key))


def hpke_key(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Returns key and nonce of RFC 9180, section 5.1, in base mode."""
    suite = b"HPKE" + bytes.fromhex("647a 0001 0003")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
        return HKDFExpand(SHA256(), size, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context).derive(secret)

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def hybrid(identity: HybridIdentity, encapsulated: bytes | None = None, args: tuple[bytes, ...] = ()) -> bytes:
    key, nonce = hpke_key(identity.shared, b"age-encryption.org/mlkem768x25519")
    body = ChaCha20Poly1305(key).encrypt(nonce, FILE_KEY, None)
    return stanza("mlkem768x25519", [b64(identity.encapsulated if encapsulated is None else encapsulated), *args], body)


def scrypt(passphrase: str, log_n: int) -> bytes:
    salt = fixed("salt", 16)
    key = Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, 2**log_n, 8, 1).derive(passphrase.encode())
    return stanza("scrypt", [b64(salt), str(log_n).encode()], wrap(key))


def label(body: bytes = LABEL, version: bytes = b"v1") -> bytes:
    return stanza("sealwright.dev/label", [version], body)


def header(*stanzas: bytes, file_key: bytes = FILE_KEY) -> bytes:
    text = VERSION + b"".join(stanzas) + b"---"
    return text + b" " + b64(hmac.digest(hkdf(file_key, b"", b"header"), text, "sha256")) + b"\n"


def payload(plaintext: bytes, file_key: bytes = FILE_KEY, nonce: bytes = NONCE) -> bytes:
    cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    chunks = [plaintext[at : at + CHUNK] for at in range(0, len(plaintext), CHUNK)] or [b""]
    sealed = [
        cipher.encrypt(index.to_bytes(11, "big") + bytes([index == len(chunks) - 1]), chunk, None)
        for index, chunk in enumerate(chunks)
    ]
    return nonce + b"".join(sealed)


def armor(document: bytes, line_end: str = "\n") -> bytes:
    text = base64.b64encode(document).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    mark = "-----{} AGE ENCRYPTED FILE-----"
    return line_end.join([mark.format("BEGIN"), *lines, mark.format("END"), ""]).encode()


def flip(document: bytes, at: int) -> bytes:
    return document[:at] + bytes([document[at] ^ 1]) + document[at + 1 :] if at >= 0 else flip(document, len(document) + at)


def write(kind: str, name: str, vector: dict[str, Any]) -> None:
    path = FOLDER / kind / f"{name}.json"
    path.write_text(json.dumps(vector, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def document(
    name: str,
    comment: str,
    file: bytes,
    expect: str = "ok",
    plaintext: bytes | None = None,
    identities: tuple[Identity | HybridIdentity, ...] = (ALICE,),
    passphrase: str | None = None,
) -> None:
    vector: dict[str, Any] = {
        "comment": comment,
        "identities": [identity.text for identity in identities],
        "passphrase": passphrase,
        "expect": expect,
    }
    if plaintext is not None:
        vector["plaintext_sha256"] = hashlib.sha256(plaintext).hexdigest()
    vector["file"] = base64.b64encode(file).decode()
    write("document", name, vector)


def documents() -> None:
    text = "Grüße aus der Prüfung.\n".encode()
    plain = header(x25519(ALICE)) + payload(text)
    labelled_head = header(label(), x25519(ALICE))
    labelled = labelled_head + payload(text)

    def good(name: str, comment: str, file: bytes, plaintext: bytes = text, **more: Any) -> None:
        document(name, comment, file, "ok", plaintext, **more)

    good("plain", "one recipient, no label", plain)
    good("empty", "an empty plaintext is one empty chunk", header(x25519(ALICE)) + payload(b""), b"")
    for name, size in (("chunk_minus_one", CHUNK - 1), ("chunk", CHUNK), ("chunk_plus_one", CHUNK + 1)):
        good(name, f"{size} bytes", header(label(), x25519(ALICE)) + payload(bytes(size)), bytes(size))
    good("label", "a label, the example of the spec", labelled)
    good("second_recipient", "the identity is the second recipient", header(label(), x25519(BOB), x25519(ALICE)) + payload(text))
    good("second_identity", "the second identity matches", labelled, identities=(CAROL, ALICE))
    good("grease", "unknown stanzas are ignored", header(label(), stanza("Qx-grease", [b"a", b"~"], fixed("grease", 90)), x25519(ALICE)) + payload(text))
    good("full_body_line", "a body of 48 bytes ends with an empty line", header(stanza("example.com/x", [], bytes(48)), x25519(ALICE)) + payload(text))
    good("armor", "armored", armor(labelled))
    good("armor_crlf", "armored with CRLF", armor(labelled, "\r\n"))
    good("armor_white_space", "white space around armor", b"\n \n" + armor(labelled) + b"\n\n")
    good("passphrase", "scrypt", header(scrypt("correct horse", 10)) + payload(text), identities=(), passphrase="correct horse")
    good("hybrid", "a hybrid recipient", header(hybrid(HANNAH)) + payload(text), identities=(HANNAH,))
    good("hybrid_label", "a label and two hybrid recipients", header(label(), hybrid(HECTOR), hybrid(HANNAH)) + payload(text), identities=(HANNAH,))
    good("hybrid_armor", "armored", armor(header(label(), hybrid(HANNAH)) + payload(text)), identities=(HANNAH,))
    good("hybrid_mixed", "is read, though none may be written", header(x25519(ALICE), hybrid(HANNAH)) + payload(text), identities=(BOB, HANNAH))
    good("stanzas_64", "as many stanzas as a header may have", header(label(), *[x25519(BOB, f"share {n}") for n in range(62)], x25519(ALICE)) + payload(text))

    def bad(name: str, comment: str, file: bytes, expect: str, **more: Any) -> None:
        document(name, comment, file, expect, **more)

    bad("not_age", "some other file", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_age")
    bad("nothing", "no byte at all", b"", "not_age")
    bad("wrong_identity", "encrypted to somebody else", labelled, "no_identity", identities=(BOB,))
    bad("wrong_passphrase", "another passphrase", header(scrypt("correct horse", 10)) + payload(text), "no_identity", identities=(), passphrase="battery staple")
    bad("share_flipped", "a bit of the share: as a wrong key", labelled.replace(b64(X25519PrivateKey.from_private_bytes(fixed(f"share for {ALICE.text}", 32)).public_key().public_bytes_raw())[:8], b"AAAAAAAA"), "no_identity")
    hybrid_head = header(label(), hybrid(HANNAH))
    bad("hybrid_wrong_identity", "encrypted to another hybrid key", hybrid_head + payload(text), "no_identity", identities=(HECTOR, ALICE))
    bad("hybrid_ml_kem_flipped", "a bit of ML-KEM's ciphertext: as a wrong key", header(hybrid(HANNAH, flip(HANNAH.encapsulated, 0))) + payload(text), "no_identity", identities=(HANNAH,))
    bad("hybrid_share_flipped", "a bit of the X25519 share: as a wrong key", header(hybrid(HANNAH, flip(HANNAH.encapsulated, -1))) + payload(text), "no_identity", identities=(HANNAH,))
    bad("hybrid_low_order", "an X25519 share of low order", header(hybrid(HANNAH, HANNAH.encapsulated[:-32] + bytes(32))) + payload(text), "header_malformed", identities=(HANNAH,))
    bad("hybrid_short", "an encapsulated key of 1,119 bytes", header(hybrid(HANNAH, HANNAH.encapsulated[:-1])) + payload(text), "header_malformed", identities=(HANNAH,))
    bad("hybrid_two_arguments", "an argument too many", header(hybrid(HANNAH, args=(b"x",))) + payload(text), "header_malformed", identities=(HANNAH,))
    bad("hybrid_mac_flipped", "a bit of the MAC", flip(hybrid_head, len(hybrid_head) - 20) + payload(text), "header_mac", identities=(HANNAH,))
    bad("mac_flipped", "a bit of the MAC", flip(labelled_head, len(labelled_head) - 20) + payload(text), "header_mac")
    bad("label_loosened", "another label under the old MAC", labelled.replace(b64(LABEL), b64(LABEL.replace(b"internal", b"everyone"))), "header_mac")
    bad("nonce_flipped", "a bit of the payload's nonce", flip(labelled, len(labelled_head)), "payload_corrupt")
    bad("payload_flipped", "a bit of the payload", flip(labelled, -1), "payload_corrupt")
    bad("cut_in_chunk", "the last byte is missing", labelled[:-1], "payload_corrupt")
    bad("cut_at_chunk", "the last chunk is missing", header(x25519(ALICE)) + payload(bytes(CHUNK + 1))[: 16 + CHUNK + 16], "payload_corrupt")
    bad("cut_payload", "the whole payload is missing", labelled_head + NONCE, "payload_corrupt")
    bad("cut_in_nonce", "the nonce is cut", labelled_head + NONCE[:15], "header_malformed")
    bad("cut_in_header", "the header is cut", labelled_head[:-10], "header_malformed")
    bad("trailing_byte", "a byte follows the last chunk", labelled + b"x", "payload_corrupt")
    bad("empty_last_chunk", "an empty chunk follows a full one", header(x25519(ALICE)) + empty_last_chunk(), "payload_corrupt")
    bad("two_labels", "two labels", header(label(), label(), x25519(ALICE)) + payload(text), "label_count")
    bad("label_second", "the label is not the first stanza", header(x25519(ALICE), label()) + payload(text), "label_count")
    bad("label_version", "a label of another version", header(label(version=b"v2"), x25519(ALICE)) + payload(text), "label_malformed")
    bad("label_not_canonical", "white space in the label", header(label(LABEL.replace(b":", b": ")), x25519(ALICE)) + payload(text), "label_malformed")
    bad("label_array", "an array for the label", header(label(b'["d"]'), x25519(ALICE)) + payload(text), "label_malformed")
    bad("label_too_large", "a label of 4,097 bytes", header(label(sized_label(4097)), x25519(ALICE)) + payload(text), "label_too_large")
    good("label_largest", "a label of 4,096 bytes", header(label(sized_label(4096)), x25519(ALICE)) + payload(text))
    bad("stanzas_65", "one stanza too many", header(label(), *[x25519(BOB, f"share {n}") for n in range(63)], x25519(ALICE)) + payload(text), "too_many_stanzas")
    bad("header_endless", "64 KiB of header and no end", VERSION + b"-> x\n" + (b"A" * 64 + b"\n") * 1100, "header_too_large")
    bad("label_with_passphrase", "a passphrase stands alone", header(label(), scrypt("correct horse", 10)) + payload(text), "header_malformed", identities=(), passphrase="correct horse")
    bad("header_crlf", "CRLF in the header", plain.replace(b"\n", b"\r\n", 2), "not_age")
    bad("no_stanza", "a header without stanzas", header() + payload(text), "header_malformed")
    bad("low_order_share", "a share of low order", header(stanza("X25519", [b64(bytes(32))], bytes(32))) + payload(text), "header_malformed")
    bad("armor_cut", "armor without its end line", armor(labelled)[:-40], "armor_malformed")
    bad("armor_long_line", "an armor line of 68 characters", armor(labelled).replace(b"\n", b"\nAAAA", 1), "armor_malformed")


def empty_last_chunk() -> bytes:
    cipher = ChaCha20Poly1305(hkdf(FILE_KEY, NONCE, b"payload"))
    full = cipher.encrypt(bytes(11) + b"\x00", bytes(CHUNK), None)
    return NONCE + full + cipher.encrypt((1).to_bytes(11, "big") + b"\x01", b"", None)


def sized_label(size: int) -> bytes:
    frame = b'{"attributes":{"x":"%s"},"document_id":"d"}'
    return frame % (b"a" * (size - len(frame) + 2))


def labels() -> None:
    def case(name: str, comment: str, given: str, expect: str = "ok", canonical: str | None = None) -> None:
        vector = {"comment": comment, "label_json": given, "expect": expect}
        write("label", name, vector | ({"canonical": canonical} if canonical is not None else {}))

    same: Callable[[str, str, str], None] = lambda name, comment, given: case(name, comment, given, "ok", given)
    same("least", "only the name", '{"document_id":"d"}')
    same("unicode", "no escapes beyond JSON's own", '{"document_id":"Vertrag-Zürich-№7-😀"}')
    case("order", "keys are sorted by UTF-16 code units", '{"document_id":"d","attributes":{"ﬀ":1,"😀":2,"z":3}}', canonical='{"attributes":{"z":3,"😀":2,"ﬀ":1},"document_id":"d"}')
    case("numbers", "one form for equal numbers", '{"document_id":"d","attributes":{"a":1.0,"b":1e2,"c":-0.0,"d":0.10,"e":1e-7,"f":9007199254740991}}', canonical='{"attributes":{"a":1,"b":100,"c":0,"d":0.1,"e":1e-7,"f":9007199254740991},"document_id":"d"}')
    case("escapes", "one form for equal texts", '{"document_id":"\\u0041\\/\\u20ac"}', canonical='{"document_id":"A/€"}')
    case("white_space", "white space goes", ' { "document_id" : "d" } ', canonical='{"document_id":"d"}')
    case("all_fields", "every field a caller may set", '{"tenant":"acme","retain_until":"2031-01-01T00:00:00Z","purposes":["train","analyse"],"media_type":"text/plain","document_id":"d","created_at":"2026-11-21T07:00:00Z","contributor":"ana@acme.example","classification":"internal","attributes":{"language":"de"}}', canonical='{"attributes":{"language":"de"},"classification":"internal","contributor":"ana@acme.example","created_at":"2026-11-21T07:00:00Z","document_id":"d","media_type":"text/plain","purposes":["train","analyse"],"retain_until":"2031-01-01T00:00:00Z","tenant":"acme"}')
    for name, comment, given, expect in (
        ("repeated_key", "a key twice", '{"document_id":"a","document_id":"b"}', "json_invalid"),
        ("big_integer", "an integer beyond 2^53 - 1", '{"document_id":"d","attributes":{"n":9007199254740992}}', "json_invalid"),
        ("unknown_field", "a field that is not one", '{"document_id":"d","secret":true}', "json_invalid"),
        ("wrong_type", "a number for a text", '{"document_id":7}', "json_invalid"),
        ("time_form", "a time in another form", '{"document_id":"d","created_at":"2026-11-21T08:00:00+01:00"}', "json_invalid"),
        ("time_calendar", "a day that is not", '{"document_id":"d","retain_until":"2026-02-29T00:00:00Z"}', "json_invalid"),
        ("control_character", "a control character in a text", '{"document_id":"a\\nb"}', "label_malformed"),
        ("empty_text", "an empty text", '{"document_id":"d","tenant":""}', "label_malformed"),
        ("long_text", "a text of 257 bytes", '{"document_id":"' + "d" * 257 + '"}', "label_malformed"),
        ("too_large", "4,097 bytes", sized_label(4097).decode(), "label_too_large"),
        ("not_json", "no JSON", "{", "json_invalid"),
        ("array", "no object", "[]", "json_invalid"),
    ):
        case(name, comment, given, expect)


if __name__ == "__main__":
    documents()
    labels()
