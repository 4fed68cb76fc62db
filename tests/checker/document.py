"""Opens sealed documents as `core/spec/document.md` says, on PyCA `cryptography` alone.

It is written from the specs, not from the code, and shares nothing with it: where both agree on a vector, the spec says enough.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Any, NamedTuple

import tree
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from label import Refused, check_label, check_private, require

VERSION = b"age-encryption.org/v1\n"
LABEL, PRIVATE, SENDER = (f"sealwright.dev/{name}" for name in ("label", "private", "sender"))
CHUNK = GROUP = 65536
TAG, ZEROS = 16, bytes(12)
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
FIELD, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
# One y of the points of order 8, whose other is its negative; the others of low order have y = 0, 1 and -1.
EIGHTH = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
LOW_ORDER = {0, 1, FIELD - 1, EIGHTH, FIELD - EIGHTH}


def unpadded(text: bytes, code: str = "header_malformed") -> bytes:
    require(b"=" not in text, code)
    return padded(text + b"=" * (-len(text) % 4), code)


def padded(text: bytes, code: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(code) from None
    require(base64.b64encode(data) == text, code)
    return data


def hkdf(ikm: bytes, salt: bytes, info: str) -> bytes:
    return HKDF(SHA256(), 32, salt, info.encode()).derive(ikm)


def decrypt(key: bytes, nonce: bytes, data: bytes, associated: bytes, code: str) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, data, associated)
    except (InvalidTag, ValueError):
        raise Refused(code) from None


def dearmored(file: bytes) -> bytes:
    """Returns the document, of armor that is as in "Armor", or as it is."""
    begin, end = (b"-----%s AGE ENCRYPTED FILE-----" % mark for mark in (b"BEGIN", b"END"))
    text = file.strip()
    if not (text.startswith(begin) or (text and begin.startswith(text))):
        return file
    require(len(file) - len(text) <= 1024, "armor_malformed")
    line_end = b"\r\n" if b"\r\n" in text else b"\n"
    lines = text.split(line_end)
    require(len(lines) > 2 and lines[0] == begin and lines[-1] == end, "armor_malformed")
    *full, last = lines[1:-1]
    require(all(len(line) == 64 and b"=" not in line for line in full) and 0 < len(last) <= 64, "armor_malformed")
    return padded(b"".join([*full, last]), "armor_malformed")


class Stanza(NamedTuple):
    kind: str
    args: list[str]
    body: bytes


class Header(NamedTuple):
    authenticated: bytes
    mac: bytes
    stanzas: list[Stanza]
    payload: bytes
    label: bytes
    private: bytes
    sender: Stanza | None

    def verified(self, file_key: bytes) -> bytes:
        mac = hmac.digest(hkdf(file_key, b"", "header"), self.authenticated, "sha256")
        require(hmac.compare_digest(mac, self.mac), "header_mac")
        return file_key


def read_header(file: bytes) -> Header:
    require(file.startswith(VERSION), "not_age")
    start = file.find(b"\n---", 0, 65536) + 1
    end = file.find(b"\n", start) + 1
    require(len(file) <= 65536 if not start else end <= 65536, "header_too_large")
    require(start and end, "header_malformed")
    lines = file[len(VERSION) : start].split(b"\n")[:-1]
    stanzas: list[Stanza] = []
    while lines:
        require(len(stanzas) < 64, "too_many_stanzas")
        stanzas.append(read_stanza(lines))
    mac = file[start + 4 : end - 1]
    require(file[start + 3 : start + 4] == b" " and len(mac) == 43 and len(file) >= end + 16, "header_malformed")
    return Header(file[: start + 3], unpadded(mac), stanzas, file[end:], *described(stanzas))


def described(stanzas: list[Stanza]) -> tuple[bytes, bytes, Stanza | None]:
    """Takes label, private part and sender out of their places."""
    kinds, rest = [stanza.kind for stanza in stanzas], list(stanzas)
    require(kinds and ("scrypt" not in kinds or len(kinds) == 1), "header_malformed")
    require(LABEL not in kinds[1:], "label_count")
    label = rest.pop(0) if kinds[0] == LABEL else None
    if label:
        require(label.args == ["v1"], "label_malformed")
        check_label(label.body)
    private = rest.pop(0) if rest and rest[0].kind == PRIVATE else None
    require(not private or label and private.args == ["v1"] and 32 <= len(private.body) <= 4128, "header_malformed")
    sender = rest.pop(0) if rest and rest[0].kind == SENDER else None
    require(not sender or [*sender.args[:1], len(sender.args), len(sender.body)] == ["v1", 2, 136], "header_malformed")
    require(not {PRIVATE, SENDER} & {stanza.kind for stanza in rest}, "header_malformed")
    return label.body if label else b"", private.body if private else b"", sender


def read_stanza(lines: list[bytes]) -> Stanza:
    mark, *args = lines.pop(0).split(b" ")
    printable = all(arg and all(0x21 <= byte <= 0x7E for byte in arg) for arg in args)
    require(mark == b"->" and args and printable, "header_malformed")
    text = b""
    while True:
        require(lines and len(lines[0]) <= 64, "header_malformed")
        line = lines.pop(0)
        text += line
        if len(line) < 64:
            kind, *rest = (arg.decode() for arg in args)
            return Stanza(kind, rest, unpadded(text))


def secret_of(identity: str) -> bytes:
    """Reads `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, whose checksum the vectors do not put to the test."""
    words = [BECH32.index(letter) for letter in identity.lower().rpartition("1")[2][:-6]]
    bits = "".join(f"{word:05b}" for word in words)
    return int(bits[:256], 2).to_bytes(32, "big")


def unwrapped(stanza: Stanza, secret: bytes | str) -> bytes:
    """Returns the file key, or refuses with `no_identity`. A text is a passphrase."""
    args = [unpadded(arg.encode()) if at == 0 else b"" for at, arg in enumerate(stanza.args)]
    sizes = {"X25519": [32], "mlkem768x25519": [1120], "scrypt": [16, 0]}[stanza.kind]
    require([len(arg) for arg in args] == sizes and len(stanza.body) == 32, "header_malformed")
    if isinstance(secret, str):
        require(re.fullmatch("[1-9]|1[0-9]|2[0-2]", stanza.args[1]), "header_malformed")
        scrypt = Scrypt(b"age-encryption.org/v1/scrypt" + args[0], 32, 2 ** int(stanza.args[1]), 8, 1)
        return decrypt(scrypt.derive(secret.encode()), ZEROS, stanza.body, b"", "no_identity")
    if stanza.kind == "X25519":
        shared, recipient = x25519(secret, args[0])
        wrap_key = hkdf(shared, args[0] + recipient, "age-encryption.org/v1/X25519")
        return decrypt(wrap_key, ZEROS, stanza.body, b"", "no_identity")
    keys = hashlib.shake_256(secret).digest(96)
    ciphertext, share = args[0][:1088], args[0][1088:]
    shared, recipient = x25519(keys[64:], share)
    ml_kem = MLKEM768PrivateKey.from_seed_bytes(keys[:64]).decapsulate(ciphertext)
    x_wing = hashlib.sha3_256(ml_kem + shared + share + recipient + b"\\.//^\\").digest()
    key, nonce = hpke(x_wing, b"age-encryption.org/mlkem768x25519")
    return decrypt(key, nonce, stanza.body, b"", "no_identity")


def x25519(secret: bytes, share: bytes) -> tuple[bytes, bytes]:
    """Returns the shared secret and the public key."""
    key = X25519PrivateKey.from_private_bytes(secret)
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share)), key.public_key().public_bytes_raw()
    except ValueError:
        raise Refused("header_malformed") from None


def hpke(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Returns key and base nonce of RFC 9180, section 5.1, in base mode, for X-Wing, HKDF-SHA256 and ChaCha20Poly1305."""
    suite = b"HPKE-v1HPKE" + bytes.fromhex("647a 0001 0003")

    def extract(salt: bytes, label: bytes, ikm: bytes = b"") -> bytes:
        return hmac.digest(salt, suite + label + ikm, "sha256")

    def expand(label: bytes, size: int) -> bytes:
        return HKDFExpand(SHA256(), size, size.to_bytes(2, "big") + suite + label + context).derive(secret)

    context, secret = b"\0" + extract(b"", b"psk_id_hash") + extract(b"", b"info_hash", info), extract(shared, b"secret")
    return expand(b"key", 32), expand(b"base_nonce", 12)


def file_key_of(header: Header, identities: list[str], passphrase: str | None) -> bytes:
    keys = [("mlkem768x25519" if "-PQ-" in identity else "X25519", secret_of(identity)) for identity in identities]
    for kind, secret in [("scrypt", passphrase)] if passphrase is not None else keys:
        for stanza in (stanza for stanza in header.stanzas if stanza.kind == kind):
            try:
                file_key = unwrapped(stanza, secret)
            except Refused as refused:
                require(str(refused) == "no_identity", str(refused))
                continue
            return header.verified(file_key)
    raise Refused("no_identity")


def decrypt_payload(file_key: bytes, payload: bytes) -> bytes:
    key, sealed = hkdf(file_key, payload[:16], "payload"), payload[16:]
    chunks = [sealed[at : at + CHUNK + TAG] for at in range(0, len(sealed), CHUNK + TAG)]
    require(chunks and (len(chunks) == 1 or len(chunks[-1]) > TAG), "payload_corrupt")
    nonces = (index.to_bytes(11, "big") + bytes([index == len(chunks) - 1]) for index in range(len(chunks)))
    return b"".join(decrypt(key, nonce, chunk, b"", "payload_corrupt") for nonce, chunk in zip(nonces, chunks, strict=True))


def decrypted(file: bytes, identities: list[str], passphrase: str | None = None) -> bytes:
    """Decrypts under no policy."""
    header = read_header(dearmored(file))
    return decrypt_payload(file_key_of(header, identities, passphrase), header.payload)


def opened(
    file: bytes, identities: list[str], trusted: list[str], allow_unsigned: bool, outboard: bytes | None = None
) -> dict[str, Any]:
    """Opens under a policy that allows everything."""
    keys = [read_verifier(text) for text in trusted]
    header = read_header(dearmored(file))
    require(header.label, "label_count")
    sender = verified_sender(header, keys, allow_unsigned)
    file_key = file_key_of(header, identities, None)
    claims = header.sender.body if header.sender and sender["verified"] else b""
    require(not claims or claims[:32] == hkdf(file_key, b"", "sealwright.dev/v1/commitment"), "sender_signature")
    private = None
    if header.private:
        key = hkdf(file_key, header.private[:16], "sealwright.dev/v1/private")
        private = check_private(decrypt(key, ZEROS, header.private[16:], header.label, "header_mac"))
    if claims and outboard is not None:
        verify_groups(header.payload, outboard, claims)
    plaintext = decrypt_payload(file_key, header.payload)
    signed = len(header.payload).to_bytes(8, "big") + tree.subtree(header.payload, root=True) if claims else b""
    require(signed == claims[32:72], "sender_signature")
    return {"sender": sender, "private": private, "plaintext": plaintext}


def read_verifier(text: str) -> tuple[str, bytes]:
    name, hashed, key = (text.split("+", 2) + ["", ""])[:3]
    data = padded(key.encode(), "verifier_invalid")
    require(re.fullmatch(r"[!-*,-~]{1,128}", name) and len(data) == 33 and data[0] == 1, "verifier_invalid")
    require(hashed == hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex(), "verifier_invalid")
    require(not is_of_low_order(data[1:]), "verifier_invalid")
    return f"{name}+{hashed}", data[1:]


def is_of_low_order(point: bytes) -> bool:
    return (int.from_bytes(point, "little") & 2**255 - 1) % FIELD in LOW_ORDER


def verified_sender(header: Header, keys: list[tuple[str, bytes]], allow_unsigned: bool) -> dict[str, Any]:
    if not header.sender:
        require(allow_unsigned, "sender_missing")
        return {"verified": False}
    key_id, body = header.sender.args[1], header.sender.body
    known = [key for name, key in keys if name == key_id]
    if not known:
        require(allow_unsigned, "sender_untrusted")
        return {"verified": False}
    parts = b"".join(len(part).to_bytes(4, "big") + part for part in (header.label, header.private))
    message = b"sealwright.dev/v1/sender" + parts + body[:72]
    require(any(signs(key, body[72:], message) for key in known), "sender_signature")
    return {"verified": True, "name": key_id.split("+")[0], "key_id": key_id}


def signs(key: bytes, signature: bytes, message: bytes) -> bool:
    if is_of_low_order(signature[:32]) or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def verify_groups(payload: bytes, outboard: bytes, claims: bytes) -> None:
    """Verifies every group of a payload by its outboard, from the signed digest down."""
    groups = -(-len(payload) // GROUP)
    size = int.from_bytes(claims[32:40], "big")
    require(outboard[:8] == size.to_bytes(8, "little") and size == len(payload), "sender_signature")
    require(len(outboard) == 8 + 64 * (groups - 1), "sender_signature")
    nodes = outboard[8:]

    def verify(part: bytes, first: int, expected: bytes, root: bool) -> None:
        nonlocal nodes
        if len(part) <= GROUP:
            return require(tree.subtree(part, first, root) == expected, "sender_signature")
        left, right, nodes = nodes[:32], nodes[32:64], nodes[64:]
        require(tree.parent(left, right, root) == expected, "sender_signature")
        cut = tree.left_size(len(part), GROUP)
        verify(part[:cut], first, left, False)
        verify(part[cut:], first + cut // tree.CHUNK, right, False)

    verify(payload, 0, claims[40:72], True)
