"""`Identity`: who can decrypt a document."""

from __future__ import annotations

from . import _core
from .recipient import Recipient
from .source import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import NoReturn, SupportsIndex


class Identity:
    """Is a secret key. It is printed as its public half, and can be neither pickled nor copied."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _core.Identity) -> None:
        self._handle = handle

    @classmethod
    def generate(cls) -> Identity:
        """Makes a fresh identity."""
        return cls(_core.Identity.generate())

    @classmethod
    def generate_pq(cls) -> Identity:
        """Makes a fresh hybrid identity: what is encrypted to it is safe against quantum computers too.

        Its recipient has a text of 1,959 characters, and a document is for such recipients alone.
        """
        return cls(_core.Identity.generate_pq())

    @classmethod
    def parse(cls, text: str) -> Identity:
        """Reads an identity's text, `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`."""
        return cls(_core.Identity.parse(text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> list[Identity]:
        """Reads an identity file: one identity a line, `#` comments and empty lines."""
        return [cls(handle) for handle in _core.parse_identities(read_text(path))]

    @property
    def recipient(self) -> Recipient:
        """The public half."""
        return Recipient(self._handle.recipient())

    def reveal(self) -> str:
        """Returns the secret's text. Whoever has it opens every document for this identity."""
        return self._handle.reveal()

    def __repr__(self) -> str:
        return f"<Identity of {self.recipient}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("an identity is a secret: it can be neither pickled nor copied")


def handles(identities: Iterable[Identity]) -> list[_core.Identity]:
    """Returns the core's handles of identities."""
    if isinstance(identities, str | Identity):
        raise TypeError("identities: expected a list of identities, got one")
    return [identity._handle for identity in identities]
