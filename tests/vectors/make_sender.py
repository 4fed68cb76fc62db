"""Writes the vectors of senders and private parts from `core/spec` alone, on PyCA `cryptography`.

Run it by hand after a change of the spec: `python tests/vectors/make_sender.py`. It draws nothing at random, so that the same
spec gives the same files.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

# A folder of compiled modules here would be taken for one of vectors.
sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).parents[1] / "checker"))

import tree  # noqa: E402
from make_document import (  # noqa: E402
    ALICE, BOB, CHUNK, FILE_KEY, LABEL, Identity, armor, b64, document, fixed, flip, header, hkdf, label, payload,
    stanza, write, x25519,
)  # fmt: skip

TEXT = "Grüße aus der Prüfung.\n".encode()
PRIVATE = '{"data_subjects":["p-7"],"file_name":"Prüfung.txt"}'.encode()
OTHER_KEY = fixed("another file key", 16)
ORDER = 2**252 + 27742317777372353535851937790883648493


class Signer:
    def __init__(self, name: str, public_of: bytes | None = None) -> None:
        self.name = name
        self.seed = fixed(f"signer {name}", 32)
        self.key = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = public_of or self.key.public_key().public_bytes_raw()
        digest = hashlib.sha256(name.encode() + b"\n\x01" + self.public).digest()
        self.key_id = f"{name}+{digest[:4].hex()}"
        self.verifier = self.key_id + "+" + base64.b64encode(b"\x01" + self.public).decode()


ANA, EVE = Signer("ana"), Signer("eve")


def private(body: bytes = PRIVATE, label: bytes = LABEL, file_key: bytes = FILE_KEY, salt_name: str = "salt", version: str = "v1") -> bytes:
    salt = fixed(f"private {salt_name}", 16)
    sealed = ChaCha20Poly1305(hkdf(file_key, salt, b"sealwright.dev/v1/private")).encrypt(bytes(12), body, label)
    return stanza("sealwright.dev/private", [version.encode()], salt + sealed)


def body_of(text: bytes) -> bytes:
    encoded = b"".join(text.splitlines()[1:])
    return base64.b64decode(encoded + b"=" * (-len(encoded) % 4))


def message(label: bytes, private: bytes, commitment: bytes, sealed: bytes, context: bytes) -> bytes:
    parts = b"".join(len(part).to_bytes(4, "big") + part for part in (label, private))
    return context + parts + commitment + len(sealed).to_bytes(8, "big") + tree.subtree(sealed, root=True)


def sender(
    sealed: bytes,
    label: bytes = LABEL,
    private: bytes = b"",
    file_key: bytes = FILE_KEY,
    signer: Signer = ANA,
    key_id: str | None = None,
    context: bytes = b"sealwright.dev/v1/sender",
    args: list[bytes] | None = None,
    sign: Any = None,
    cut: int = 0,
) -> bytes:
    """Returns the stanza of a signer; `private` is the private part's whole stanza."""
    commitment = hkdf(file_key, b"", b"sealwright.dev/v1/commitment")
    claims = message(label, body_of(private), commitment, sealed, context)
    signature = (sign or signer.key.sign)(claims)
    body = commitment + len(sealed).to_bytes(8, "big") + tree.subtree(sealed, root=True) + signature
    args = [b"v1", (key_id or signer.key_id).encode()] if args is None else args
    return stanza("sealwright.dev/sender", args, body[:cut] if cut < 0 else body + bytes(cut))


def outboard(data: bytes) -> bytes:
    """Returns the outboard of a payload, whose groups are as large as chunks."""

    def nodes(part: bytes, first: int) -> tuple[bytes, bytes]:
        if len(part) <= CHUNK:
            return b"", tree.subtree(part, first)
        cut = tree.left_size(len(part), CHUNK)
        (before, left), (behind, right) = nodes(part[:cut], first), nodes(part[cut:], first + cut // tree.CHUNK)
        return left + right + before + behind, tree.parent(left, right)

    return len(data).to_bytes(8, "little") + nodes(data, 0)[0]


def with_greater_s(claims: bytes) -> bytes:
    """Signs with S + L: the same point, another encoding."""
    signature = ANA.key.sign(claims)
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")


def with_neutral_r(claims: bytes) -> bytes:
    """Signs with a commitment of low order: the equation holds, without its cofactor too."""
    scalar = int.from_bytes(hashlib.sha512(ANA.seed).digest()[:32], "little") & (2**254 - 8) | 2**254
    neutral = (1).to_bytes(32, "little")
    challenge = int.from_bytes(hashlib.sha512(neutral + ANA.public + claims).digest(), "little")
    return neutral + (challenge * scalar % ORDER).to_bytes(32, "little")


def case(
    name: str,
    comment: str,
    file: bytes,
    expect: str = "ok",
    trusted: tuple[str, ...] = (ANA.verifier,),
    allow_unsigned: bool = False,
    identities: tuple[Identity, ...] = (ALICE,),
    plaintext: bytes = TEXT,
    sender: Signer | None = ANA,
    private: bytes | None = None,
    outboard: bytes | None = None,
    expect_by_ranges: str | None = None,
) -> None:
    vector: dict[str, Any] = {
        "comment": comment,
        "identities": [identity.text for identity in identities],
        "trusted": list(trusted),
        "allow_unsigned": allow_unsigned,
        "expect": expect,
    }
    if expect == "ok":
        known = {"verified": True, "name": sender.name, "key_id": sender.key_id} if sender else {"verified": False}
        vector |= {"sender": known, "private": private and json.loads(private)}
        vector["plaintext_sha256"] = hashlib.sha256(plaintext).hexdigest()
    if expect_by_ranges is not None:
        vector["expect_by_ranges"] = expect_by_ranges
    if outboard is not None:
        vector["outboard"] = base64.b64encode(outboard).decode()
    write("sender", name, vector | {"file": base64.b64encode(file).decode()})


def structure() -> None:
    """Writes what any reader sees before it has a key: whoever is trusted, and with no policy."""
    sealed, to_alice, secret = payload(TEXT), x25519(ALICE), private()
    signed = sender(sealed)
    both = sender(sealed, private=secret)

    def reads(name: str, comment: str, *stanzas: bytes, expect: str = "ok") -> None:
        document(name, comment, header(*stanzas) + sealed, expect, TEXT if expect == "ok" else None)

    def malformed(name: str, comment: str, *stanzas: bytes) -> None:
        reads(name, comment, *stanzas, expect="header_malformed")

    reads("signed", "raw age takes no notice of the sender", label(), signed, to_alice)
    reads("signed_private", "the example of the spec", label(), secret, both, to_alice)
    reads("signed_unlabelled", "a sender without a label", sender(sealed, label=b""), to_alice)
    reads("private", "a private part without a sender", label(), secret, to_alice)
    reads("private_empty", "a private part of no byte is as short as one can be", label(), private(b""), to_alice)
    reads("private_largest", "a private part of 4,096 bytes", label(), private(sized(4096)), to_alice)
    malformed("private_too_large", "a private part of 4,097 bytes", label(), private(sized(4097)), to_alice)
    malformed("private_too_short", "a private part shorter than salt and tag", label(), stanza("sealwright.dev/private", [b"v1"], bytes(31)), to_alice)
    malformed("private_unlabelled", "a private part without a label", private(label=b""), to_alice)
    malformed("private_twice", "two private parts", label(), secret, private(salt_name="second"), to_alice)
    malformed("private_behind_sender", "a private part behind the sender", label(), both, secret, to_alice)
    malformed("private_behind_recipient", "a private part behind a recipient", label(), to_alice, secret)
    malformed("private_version", "a private part of another version", label(), private(version="v2"), to_alice)
    malformed("private_argument", "a private part with one more argument", label(), private(version="v1 x"), to_alice)
    malformed("sender_twice", "two senders", label(), signed, sender(sealed, signer=EVE), to_alice)
    malformed("sender_behind_recipient", "a sender behind a recipient", label(), to_alice, signed)
    malformed("sender_version", "a sender of another version", label(), sender(sealed, args=[b"v2", ANA.key_id.encode()]), to_alice)
    malformed("sender_unnamed", "a sender without a key id", label(), sender(sealed, args=[b"v1"]), to_alice)
    malformed("sender_argument", "a sender with one more argument", label(), sender(sealed, args=[b"v1", ANA.key_id.encode(), b"x"]), to_alice)
    malformed("sender_short", "a sender of 135 bytes", label(), sender(sealed, cut=-1), to_alice)
    malformed("sender_long", "a sender of 137 bytes", label(), sender(sealed, cut=1), to_alice)
    reads("sender_before_label", "the label is not the first stanza", signed, label(), to_alice, expect="label_count")
    document("armor_begin_cut", "nothing but half of a begin line", b"-----BEGIN AGE EN", "armor_malformed")
    document("armor_begin_misspelt", "a begin line that is none", b"-----BEGIN AGE ENC0RYPTED FILE-----\n", "not_age")


def sized(size: int) -> bytes:
    frame = b'{"file_name":"%s"}'
    return frame % (b"a" * (size - len(frame) + 2))


def believed() -> None:
    sealed, to_alice, secret = payload(TEXT), x25519(ALICE), private()
    signed = header(label(), sender(sealed), to_alice) + sealed
    plain = header(label(), to_alice) + sealed

    case("signed", "whoever trusts the sender opens it", signed)
    case("signed_private", "label, private part, sender: the example of the spec", header(label(), secret, sender(sealed, private=secret), to_alice) + sealed, private=PRIVATE)
    case("signed_armored", "the signature is over the bytes, not over their armor", armor(signed))
    case("signed_empty", "an empty plaintext is signed too", header(label(), sender(payload(b"")), to_alice) + payload(b""), plaintext=b"")
    more = payload(bytes(CHUNK + 1))
    case("signed_chunks", "two chunks", header(label(), sender(more), to_alice) + more, plaintext=bytes(CHUNK + 1))
    case("second_trusted", "the sender is the second of those trusted", signed, trusted=(EVE.verifier, ANA.verifier))
    case("namesake", "another key of the same name is trusted", signed, "sender_untrusted", trusted=(Signer("ana", EVE.public).verifier,))
    case("nobody_trusted", "nobody is trusted", signed, "sender_untrusted", trusted=())
    case("untrusted", "another is trusted", signed, "sender_untrusted", trusted=(EVE.verifier,))
    case("untrusted_allowed", "another is trusted, and none is needed", signed, trusted=(EVE.verifier,), allow_unsigned=True, sender=None)
    case("unsigned", "nobody signed", plain, "sender_missing")
    case("unsigned_allowed", "nobody signed, and none is needed", plain, allow_unsigned=True, sender=None)
    case("unsigned_private", "a private part, and nobody signed", header(label(), secret, to_alice) + sealed, allow_unsigned=True, sender=None, private=PRIVATE)
    case("unlabelled", "a gate opens nothing without a label", header(sender(sealed, label=b""), to_alice) + sealed, "label_count")
    case("wrong_identity", "signed, for somebody else", signed, "no_identity", identities=(BOB,))
    case("mac_flipped", "signed, with a bit of the MAC", flip(signed, signed.index(b"---") + 20), "header_mac")
    for name, comment, trusted in (
        ("verifier_hash", "a trusted key whose hash is another's", ANA.verifier.replace(ANA.key_id, EVE.key_id)),
        ("verifier_algorithm", "a trusted key of another algorithm", ANA.key_id + "+" + base64.b64encode(b"\x02" + ANA.public).decode()),
        ("verifier_low_order", "a trusted key of low order, for which anybody signs", Signer("low", bytes(32)).verifier),
    ):
        case(name, comment, signed, "verifier_invalid", trusted=(trusted,))


def forged() -> None:
    """Writes what somebody does who has or had the file key, and whatever else he finds: every MAC holds."""
    sealed, to_alice, secret = payload(TEXT), x25519(ALICE), private()
    signature = sender(sealed)
    both = sender(sealed, private=secret)
    loose = LABEL.replace(b"internal", b"everyone")

    def refused(name: str, comment: str, *stanzas: bytes, behind: bytes = sealed, expect: str = "sender_signature", **more: Any) -> None:
        case(name, comment, header(*stanzas) + behind, expect, **more)

    refused("label_loosened", "a looser label under the old signature", label(loose), signature, to_alice)
    refused("label_loosened_allowed", "a signature that does not hold is worse than none", label(loose), signature, to_alice, allow_unsigned=True)
    refused("label_removed", "no label any more", signature, to_alice, expect="label_count")
    refused("private_replaced", "another private part", label(), private(b'{"file_name":"x"}', salt_name="second"), both, to_alice)
    refused("private_removed", "no private part any more", label(), both, to_alice)
    refused("private_added", "a private part that was not there", label(), secret, signature, to_alice)
    refused("payload_replaced", "another plaintext", label(), signature, to_alice, behind=payload(b"another text, as long\n\n\n"))
    refused("payload_nonce", "the same plaintext under another nonce", label(), signature, to_alice, behind=payload(TEXT, nonce=fixed("second nonce", 16)))
    refused("payload_longer", "a chunk more", label(), signature, to_alice, behind=payload(bytes(CHUNK + 1)))
    refused("payload_flipped", "who has no key does not get so far", label(), signature, to_alice, behind=flip(sealed, -1), expect="payload_corrupt", expect_by_ranges="sender_signature")
    refused("another_key", "a header for another file key", label(), sender(sealed, file_key=OTHER_KEY), to_alice)
    refused("moved", "the sender of another document with the same label", label(), sender(payload(TEXT, OTHER_KEY), file_key=OTHER_KEY), to_alice)
    refused("stripped", "the sender removed", label(loose), to_alice, expect="sender_missing")
    case("stripped_allowed", "the sender removed: where none is needed, nobody sees it", header(label(loose), to_alice) + sealed, allow_unsigned=True, sender=None)
    case("recipient_added", "recipients are not signed: added", header(label(), signature, to_alice, x25519(BOB)) + sealed, identities=(BOB,))
    case("recipient_replaced", "recipients are not signed: replaced", header(label(), signature, x25519(BOB)) + sealed, identities=(BOB,))
    for name, comment, stanza in (
        ("signature_flipped", "a bit of the signature", sender(sealed, sign=lambda claims: flip(ANA.key.sign(claims), 63))),
        ("signature_of_another", "signed by another in her name", sender(sealed, signer=EVE, key_id=ANA.key_id)),
        ("signature_renamed", "signed by her, in another's name", sender(sealed, key_id=EVE.key_id)),
        ("signature_context", "signed for something else", sender(sealed, context=b"sealwright.dev/v2/sender")),
        ("signature_greater_s", "S is not reduced", sender(sealed, sign=with_greater_s)),
        ("signature_low_order", "R is of low order", sender(sealed, sign=with_neutral_r)),
    ):
        refused(name, comment, label(), stanza, to_alice, trusted=(ANA.verifier, EVE.verifier))
    unsigned: dict[str, Any] = {"allow_unsigned": True}
    refused("private_other_label", "the private part of another label", label(loose), secret, to_alice, expect="header_mac", **unsigned)
    refused("private_other_key", "the private part of another file key", label(), private(file_key=OTHER_KEY), to_alice, expect="header_mac", **unsigned)
    for name, comment, body in (
        ("private_not_canonical", "white space", b'{"file_name": "x"}'),
        ("private_unknown_field", "a field that is not one", b'{"tenant":"acme"}'),
        ("private_wrong_type", "a text for an array", b'{"data_subjects":"p-7"}'),
        ("private_array", "no object", b"[]"),
        ("private_empty", "no byte", b""),
    ):
        refused(name, f"in a private part: {comment}", label(), private(body), to_alice, expect="private_malformed", **unsigned)


def by_outboard() -> None:
    """Writes what is read by ranges alone, each verified by the outboard."""
    text = bytes(CHUNK)
    sealed = payload(text)
    front = header(label(), sender(sealed), x25519(ALICE))
    tree_of = outboard(sealed)
    long = bytes(2 * CHUNK + 1)
    three = payload(long)
    short = payload(TEXT)

    case("outboard", "an outboard of one node", front + sealed, plaintext=text, outboard=tree_of)
    case("outboard_three", "an outboard of two nodes, the payload's groups being three", header(label(), sender(three), x25519(ALICE)) + three, plaintext=long, outboard=outboard(three))
    case("outboard_short", "an outboard of no node", header(label(), sender(short), x25519(ALICE)) + short, outboard=outboard(short))
    other, longer = payload(b"another text, as long\n\n\n"), payload(b"x" + bytes(CHUNK - 1))

    def refused(name: str, comment: str, file: bytes, beside: bytes) -> None:
        case(name, comment, file, "sender_signature", outboard=beside)

    refused("outboard_short_of_another", "the outboard and payload of another document under the same file key", header(label(), sender(short), x25519(ALICE)) + other, outboard(other))
    refused("outboard_of_another", "the same with a node, which is not below the signed root", front + longer, outboard(longer))
    refused("outboard_group", "another payload under the same file key, by the signed outboard", front + longer, tree_of)
    refused("outboard_flipped", "a bit of a node", front + sealed, flip(tree_of, 20))
    refused("outboard_swapped", "left for right", front + sealed, tree_of[:8] + tree_of[40:] + tree_of[8:40])
    refused("outboard_short_of_nodes", "no node", front + sealed, tree_of[:8])
    refused("outboard_node_more", "a node more", front + sealed, tree_of + tree_of[8:])
    refused("outboard_size", "another size", front + sealed, flip(tree_of, 0))
    refused("outboard_empty", "no byte", front + sealed, b"")


if __name__ == "__main__":
    structure()
    believed()
    forged()
    by_outboard()
