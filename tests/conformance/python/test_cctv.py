"""Every age vector of C2SP CCTV, each with its failure class.

`SEALWRIGHT_CCTV` names the folder of the unpacked set.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import sealwright as sw
from sealwright import _core

FOLDER = Path(os.environ.get("SEALWRIGHT_CCTV") or Path(__file__).parents[3] / "target" / "cctv")

CLASSES = {
    "not_age": "header failure",
    "header_malformed": "header failure",
    "header_too_large": "header failure",
    "too_many_stanzas": "header failure",
    "label_malformed": "header failure",
    "label_too_large": "header failure",
    "label_count": "header failure",
    "armor_malformed": "armor failure",
    "no_identity": "no match",
    "header_mac": "HMAC failure",
    "payload_corrupt": "payload failure",
}


def test_every_vector_has_its_class() -> None:
    files = sorted(FOLDER.iterdir())
    wrong = {file.name: failure for file in files if (failure := check(file))}
    assert not wrong
    assert (len(files), sum("hybrid" in file.name for file in files)) == (143, 19)


def check(file: Path) -> str | None:
    head, _, document = file.read_bytes().partition(b"\n\n")
    lines = [line.split(": ", 1) for line in head.decode().splitlines()]
    fields = dict(lines)
    # Some vectors name two identities.
    identities = [_core.Identity.parse(text) for name, text in lines if name == "identity"]
    expected = fields["expect"]
    plaintext = b""
    try:
        plaintext = b"".join(decrypt(document, identities, fields.get("passphrase")))
        found = "success"
    except sw.SealwrightError as error:
        found = CLASSES[error.code]
        if (
            error.code == "not_age"
            and "armored" in fields
            and not document.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----")
        ):
            # Said to be armored, but without the line that begins armor: to a reader that takes both, no age file.
            found = "armor failure"
    if found != expected:
        return f"expected {expected}, got {found}"
    if found == "success" and hashlib.sha256(plaintext).hexdigest() != fields["payload"]:
        return "another payload came out"
    return None


def decrypt(document: bytes, identities: list[_core.Identity], passphrase: str | None) -> Iterator[bytes]:
    """Decrypts in small pieces, so that every state of the readers is met."""
    reader = _core.Reader()
    pieces = iter([document[start : start + 997] for start in range(0, len(document), 997)])
    for piece in pieces:
        if reader.push(piece):
            break
    else:
        reader.finish()
    if passphrase is not None:
        decryptor = reader.passphrase_decryptor(passphrase)
    else:
        decryptor = reader.decryptor(identities)
    for piece in pieces:
        yield decryptor.push(piece)
    yield decryptor.finish()
