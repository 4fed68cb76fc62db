"""`Signer` and `VerifierKey`: who signs documents, and whose signatures are believed."""

from __future__ import annotations

import os

from . import _core
from .source import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, SupportsIndex

    from .protocols import TrustedSenders


class Signer:
    """Signs documents: an Ed25519 key with a name. It is printed as its public half, and can be neither pickled nor copied."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _core.Signer) -> None:
        self._handle = handle

    @classmethod
    def generate(cls, name: str) -> Signer:
        """Makes a fresh signer. Its name says who it is, as `acme-intake` does: no space, no `+`."""
        return cls(_core.Signer.generate(name))

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Reads a signer's text, `PRIVATE+KEY+name+hash+key`, as signed notes have it."""
        return cls(_core.Signer.parse(text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Signer:
        """Reads a file that holds one signer, `#` comments and empty lines."""
        lines = [line for line in map(str.strip, read_text(path).splitlines()) if line and not line.startswith("#")]
        return cls.parse("\n".join(lines))

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self._handle.verifier())

    def reveal(self) -> str:
        """Returns the secret's text, `PRIVATE+KEY+…`. Whoever has it signs as its owner."""
        return self._handle.reveal()

    def __repr__(self) -> str:
        return f"<Signer of {self.verifier}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a signer is a secret: it can be neither pickled nor copied")


class VerifierKey:
    """Verifies what its signer signed. It is written `name+hash+key`, as signed notes have it."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _core.VerifierKey) -> None:
        self._handle = handle

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Reads a verifier key's text."""
        return cls(_core.VerifierKey.parse(text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> list[VerifierKey]:
        """Reads a file of verifier keys: one a line, `#` comments and empty lines."""
        return [cls(handle) for handle in _core.parse_verifiers(read_text(path))]

    def __str__(self) -> str:
        return self._handle.to_text()

    def __repr__(self) -> str:
        return f"VerifierKey({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, VerifierKey) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (VerifierKey.parse, (str(self),))


def senders(trusted: TrustedSenders, allow_unsigned: bool) -> _core.Senders:
    """Returns the core's handle of whom to believe: keys as objects or texts, or a file of them."""
    if isinstance(trusted, str | VerifierKey):
        raise TypeError("trusted_senders: expected a list of verifier keys or a path object, got one key")
    keys = VerifierKey.load(trusted) if isinstance(trusted, os.PathLike) else trusted
    handles = [(VerifierKey.parse(key) if isinstance(key, str) else key)._handle for key in keys]
    return _core.Senders(handles, allow_unsigned)
