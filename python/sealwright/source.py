"""Where bytes come from: memory, a path, or a binary file object."""

from __future__ import annotations

import io
import os

from . import _core
from .errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import BinaryIO

    from .protocols import Readable, SourceLike

PIECE = 1 << 17
"""How many bytes are read at once: enough to make the calls cheap, too few for the allocator to give them back each time."""


class Source:
    """Is a binary file from where it stands to its end."""

    def __init__(self, source: SourceLike) -> None:
        self.name = "the source"
        self._owned = True
        self._memory: bytes | None = None
        self.file = self._open(source)
        self.seekable = bool(getattr(self.file, "seekable", bool)())
        self._start = self.file.tell() if self.seekable else 0

    def _open(self, source: SourceLike) -> BinaryIO:
        if isinstance(source, str | os.PathLike):
            self.name = os.fspath(source)
            try:
                return open(source, "rb", buffering=0)
            except OSError as error:
                raise FileError.from_reading(error, self.name) from error
        if hasattr(source, "read") and not isinstance(source, memoryview):
            self._owned = False
            self.name = name_of(source, self.name)
            return source  # type: ignore[return-value]
        # One copy at most, and none of `bytes`: what is scanned cannot change before it is sealed.
        self._memory = source if isinstance(source, bytes) else memoryview(source).tobytes()
        return io.BytesIO(self._memory)

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file, unless it is the caller's."""
        if self._owned:
            self.file.close()

    def read(self, size: int) -> bytes:
        """Returns up to `size` bytes, none at the end."""
        try:
            piece = self.file.read(size)
        except OSError as error:
            raise FileError.from_reading(error, self.name) from error
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise TypeError(f"{self.name}: expected a binary file object that blocks, read `{type(piece).__name__}`")
        return bytes(piece)

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """Reads to the end, at most `size` bytes at once."""
        while piece := self.read(size):
            yield piece

    def rest(self) -> memoryview | None:
        """Lends what is left of a source in memory, and goes to its end; of a file it is None."""
        if self._memory is None:
            return None
        rest = memoryview(self._memory)[self.file.tell() :]
        self.file.seek(0, os.SEEK_END)
        return rest

    def is_system_file(self) -> bool:
        """Tells whether the operating system reads it, so that any thread may ask for more."""
        return has_descriptor(self.file)

    def rewind(self) -> None:
        """Goes back to where the file stood at first."""
        self.seek(0)

    def read_range(self, start: int, end: int) -> bytes | memoryview:
        """Returns the bytes from `start` to `end`, fewer at the end of the file."""
        if self._memory is not None:
            return memoryview(self._memory)[start:end]
        self.seek(start)
        parts = []
        while start < end and (piece := self.read(end - start)):
            parts.append(piece)
            start += len(piece)
        return b"".join(parts)

    def size(self) -> int:
        """Returns how many bytes lie between where the file stood at first and its end."""
        try:
            position = self.file.tell()
            end = self.file.seek(0, os.SEEK_END)
            self.file.seek(position)
        except OSError as error:
            raise FileError.from_reading(error, self.name) from error
        return max(end - self._start, 0)

    def scan(self) -> _core.Scan:
        """Reads a source that can be read again, for what the policy wants to know of it."""
        if not self.seekable:
            return _core.Scan.unscanned()
        scanner = _core.Scanner()
        if (rest := self.rest()) is not None:
            scanner.push(rest)
        for piece in self.pieces():
            scanner.push(piece)
        self.rewind()
        return scanner.finish()

    def header(self) -> _core.Reader:
        """Reads a document's header."""
        reader = _core.Reader()
        while piece := self.read(_HEADER_PIECE):
            if reader.push(piece):
                return reader
        reader.finish()
        return reader

    def seek(self, offset: int) -> None:
        """Goes to `offset` bytes behind where the file stood at first."""
        try:
            self.file.seek(self._start + offset)
        except OSError as error:
            raise FileError.from_reading(error, self.name) from error


_HEADER_PIECE = 1 << 16

_STANDARD = {0: "stdin", 1: "stdout", 2: "stderr"}


def has_descriptor(file: object) -> bool:
    """Tells whether a file object stands for a file of the operating system."""
    try:
        return isinstance(file.fileno(), int)  # type: ignore[attr-defined]
    except (AttributeError, OSError):
        return False


def name_of(file: object, default: str) -> str:
    """Returns what failures call a file object."""
    name = getattr(file, "name", default)
    return name if isinstance(name, str) else _STANDARD.get(name, default)


def read_text(path: str | os.PathLike[str] | Readable) -> str:
    """Returns a small text file."""
    with Source(path) as source:
        try:
            return b"".join(source.pieces()).decode("utf-8")
        except UnicodeDecodeError as error:
            raise FileError(f"cannot read `{source.name}`: it is not UTF-8 text", "file_unreadable") from error
