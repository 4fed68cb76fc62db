"""Raw age, without a policy: the words are `encrypt` and `decrypt`."""

from __future__ import annotations

import json

from . import _core, identity, recipient
from .carry import carry, counted
from .encoding import to_json
from .sink import Sink
from .source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, overload

    from .identity import Identity
    from .protocols import SinkLike, SourceLike
    from .recipient import Recipient
else:

    def overload(function):
        return function


@overload
def encrypt(
    source: SourceLike,
    *,
    recipients: Iterable[Recipient | str] | None = None,
    passphrase: str | None = None,
    label: Mapping[str, Any] | str | None = None,
    armor: bool = False,
    output: None = None,
    threads: int | None = None,
) -> bytes: ...
@overload
def encrypt(
    source: SourceLike,
    *,
    recipients: Iterable[Recipient | str] | None = None,
    passphrase: str | None = None,
    label: Mapping[str, Any] | str | None = None,
    armor: bool = False,
    output: SinkLike,
    threads: int | None = None,
) -> None: ...
def encrypt(
    source: SourceLike,
    *,
    recipients: Iterable[Recipient | str] | None = None,
    passphrase: str | None = None,
    label: Mapping[str, Any] | str | None = None,
    armor: bool = False,
    output: SinkLike | None = None,
    threads: int | None = None,
) -> bytes | None:
    """Encrypts bytes, a path or a binary file object to recipients or under a passphrase.

    Returns the age file, unless it goes to `output`. A label is what `inspect` shows and policies read; age has no
    place for one beside a passphrase. Large input is worked on by up to `threads` threads, if not said one a processor.
    """
    if (recipients is None) == (passphrase is None) or (passphrase is not None and label is not None):
        raise TypeError("encrypt: expected either `recipients`, or `passphrase` without `label`")
    threads = counted(threads)
    with Source(source) as opened, Sink(output, opened) as sink:
        if passphrase is not None:
            encryptor = _core.Encryptor.with_passphrase(passphrase, armor)
        else:
            label_json = None if label is None else to_json("label", label)
            encryptor = _core.Encryptor(recipient.handles(recipients or ()), label_json, armor)
        carry(opened, encryptor, sink, threads)
    return sink.taken() if output is None else None


@overload
def decrypt(
    source: SourceLike,
    *,
    identities: Iterable[Identity] | None = None,
    passphrase: str | None = None,
    output: None = None,
    threads: int | None = None,
) -> bytes: ...
@overload
def decrypt(
    source: SourceLike,
    *,
    identities: Iterable[Identity] | None = None,
    passphrase: str | None = None,
    output: SinkLike,
    threads: int | None = None,
) -> None: ...
def decrypt(
    source: SourceLike,
    *,
    identities: Iterable[Identity] | None = None,
    passphrase: str | None = None,
    output: SinkLike | None = None,
    threads: int | None = None,
) -> bytes | None:
    """Decrypts an age file, given as bytes, a path or a binary file object, and returns or writes the plaintext.

    A file object as `output` gets each part once that is verified, so before the end is. Large input is worked on by up to
    `threads` threads, if not said one a processor.
    """
    if (identities is None) == (passphrase is None):
        raise TypeError("decrypt: expected either `identities` or `passphrase`")
    threads = counted(threads)
    with Source(source) as opened, Sink(output, opened) as sink:
        reader = opened.header()
        if passphrase is not None:
            decryptor = reader.passphrase_decryptor(passphrase)
        else:
            decryptor = reader.decryptor(identity.handles(identities or ()))
        carry(opened, decryptor, sink, threads)
    return sink.taken() if output is None else None


def inspect(source: SourceLike) -> dict[str, Any]:
    """Returns what anybody can read of an age file: label, stanzas, whether it is armored."""
    with Source(source) as opened:
        inspection: dict[str, Any] = json.loads(opened.header().inspection())
        return inspection
