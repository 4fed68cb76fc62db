"""What sources, sinks and clocks may be: for annotations, so that nothing imports it at run time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from .batch import Batch
from .signer import VerifierKey


class Buffer(Protocol):
    """Lends its bytes: `bytes`, `bytearray`, `memoryview`, NumPy arrays."""

    def __buffer__(self, flags: int, /) -> memoryview:
        """Returns a view of them."""


class Readable(Protocol):
    """Is a binary file object to read."""

    def read(self, size: int = ..., /) -> bytes:
        """Returns up to `size` bytes, none at the end."""


class Writable(Protocol):
    """Is a binary file object to write."""

    def write(self, piece: memoryview, /) -> int | None:
        """Takes some of `piece`, and returns how many bytes."""

    def flush(self) -> None:
        """Hands on what was taken."""


class Flow(Protocol):
    """Is what a document goes through, in the core."""

    def set_threads(self, threads: int) -> None:
        """Allows so many threads at once."""

    def push(self, piece: Buffer, /) -> bytes:
        """Takes a piece, and returns what is ready."""

    def finish(self) -> bytes:
        """Ends the document, and returns its rest."""

    def finish_with(self, rest: Buffer, /) -> bytes:
        """Takes all that is left, and returns the rest of the document."""


SourceLike: TypeAlias = Buffer | str | os.PathLike[str] | Readable
SinkLike: TypeAlias = str | os.PathLike[str] | Writable
IdsLike: TypeAlias = Iterable[str | Buffer] | Batch
TrustedSenders: TypeAlias = Iterable[VerifierKey | str] | os.PathLike[str]
TrustedSigners: TypeAlias = Iterable[VerifierKey | str] | os.PathLike[str]
SignatureKeys: TypeAlias = Iterable[Mapping[str, str]]
Clock: TypeAlias = Callable[[], datetime | str]
