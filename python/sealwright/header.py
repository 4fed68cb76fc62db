"""What is done to a document without its plaintext: rewrap it, part it and join it, digest it."""

from __future__ import annotations

import contextlib
import io
import json
import os

from . import _core, identity, recipient
from .errors import UsageError
from .sink import Sink
from .source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from .identity import Identity
    from .protocols import Buffer, SinkLike, SourceLike
    from .recipient import Recipient


def rewrap(
    source: SourceLike,
    *,
    identities: Iterable[Identity],
    add: Iterable[Recipient | str] = (),
    remove: Iterable[Identity] = (),
    recipients: Iterable[Recipient | str] | None = None,
    output: SinkLike | None = None,
) -> bytes | None:
    """Writes a document for other recipients, with the same label, private part, sender and payload.

    `add` are added, `remove` are removed by their identities (a document does not tell whom it is for, but to those it
    is for); or `recipients` take the place of all there were. The document is returned, or goes to `output`, which may
    be its own path: it is replaced whole or not at all. A detached header is rewrapped by itself.

    Whoever could open the document before may have kept its file key: only sealing anew shuts him out of what he has.
    """
    replace = recipients is not None
    with read_header(source) as (opened, header, size):
        fresh = rewrapped(header, identities, [*(recipients or ()), *add], remove, replace)
        return write_behind(fresh, opened, size, output)


def detach(source: SourceLike, *, header: SinkLike, output: SinkLike | None = None) -> bytes | None:
    """Parts a document: its header goes to `header`, its payload to `output` or is returned."""
    with read_header(source) as (opened, front, size):
        with Sink(header, opened) as sink:
            sink.write(front)
        with Sink(output, opened) as sink:
            opened.seek(size)
            sink.write_all(opened)
        return sink.taken() if output is None else None


def outboard(source: SourceLike, *, output: SinkLike | None = None) -> bytes | None:
    """Makes a signed document's outboard: 64 bytes for every 64 KiB, by which `Gate.open` verifies parts by themselves.

    It is made of the document alone, takes no key, and holds only for what its sender signed.
    """
    with read_header(source) as (opened, _, size):
        writer = _core.OutboardWriter()
        opened.seek(size)
        for piece in opened.pieces():
            writer.push(piece)
        with Sink(output, opened) as sink:
            sink.write(writer.finish())
        return sink.taken() if output is None else None


def join(header: SourceLike, payload: SourceLike) -> BinaryIO:
    """Puts a detached header before its payload: a binary file object, which seeks where the payload does."""
    with Source(header) as opened:
        front = b"".join(opened.pieces())
    return Joined(front, Source(payload))  # type: ignore[return-value]


class Joined(io.RawIOBase):
    """Is a header in memory, and a payload behind it."""

    def __init__(self, header: bytes, payload: Source) -> None:
        super().__init__()
        self._header = header
        self._payload = payload
        self._position = 0

    def readable(self) -> bool:
        """Tells that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tells whether the payload seeks."""
        return self._payload.seekable

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills as much of `buffer` as there is at once."""
        with memoryview(buffer) as view, view.cast("B") as room:
            piece = self._header[self._position : self._position + len(room)] or self._payload.read(len(room))
            room[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Returns the position."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Changes the position, and returns it."""
        if not self._payload.seekable:
            raise io.UnsupportedOperation("the payload does not seek")
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}
        base = bases[whence] if whence in bases else len(self._header) + self._payload.size()
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._position = base + offset
        self._payload.seek(max(self._position - len(self._header), 0))
        return self._position

    def close(self) -> None:
        """Closes it, and the payload unless that is the caller's."""
        if not self.closed:
            super().close()
            self._payload.close()


@contextlib.contextmanager
def read_header(source: SourceLike) -> Iterator[tuple[Source, bytes, int]]:
    """Opens a document and lends it with its header as it stands, and that one's size. A header by itself is one too."""
    with Source(source) as opened:
        if not opened.seekable:
            raise UsageError("expected a document that seeks: bytes, a path or a file", "source_not_seekable")
        reader = _core.Reader()
        while (piece := opened.read(_PIECE)) and not reader.push(piece):
            pass
        try:
            header = reader.header()
        except UsageError:
            reader.finish()
            raise
        if json.loads(reader.inspection())["armored"]:
            raise UsageError("an armored document has no header of its own: seal it without armor", "range_unavailable")
        yield opened, header, len(header)


def rewrapped(
    header: bytes,
    identities: Iterable[Identity],
    add: Iterable[Recipient | str],
    remove: Iterable[Identity],
    replace: bool,
) -> bytes:
    """Returns the header for other recipients."""
    return _core.rewrap(header, identity.handles(identities), recipient.handles(add), identity.handles(remove), replace)


def write_behind(header: bytes, source: Source, size: int, output: SinkLike | None) -> bytes | None:
    """Writes a header, and behind it what stands `size` bytes behind the beginning of a source."""
    with Sink(output, source, in_place=True) as sink:
        sink.write(header)
        source.seek(size)
        sink.write_all(source)
    return sink.taken() if output is None else None


_PIECE = 1 << 12
