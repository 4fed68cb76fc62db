"""`Document`: an opened document, as a file object."""

from __future__ import annotations

import io
import os

from .plaintext import Ranges, Stream
from .source import PIECE, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn

    from .protocols import Buffer


class Document(io.RawIOBase):
    """Is the plaintext of a document, as a binary file object to read.

    It can seek where its source can, unless the policy demands that the text is transformed or the document is
    armored. Each part is verified before it is handed out. One that can seek verified its end, and so its size, when
    it was opened; of any other the end is verified when it is reached: what was read before is genuine, but all of it
    only then. Wrap it in `io.BufferedReader` to read lines.

    A signed document that can seek was read once and verified when it was opened. Of one that cannot, the end tells: what
    was read before is from whoever had its key, and from its sender only when the end is reached.

    `label` is the document's label, `private` its private part or None, `decision` the decision that opened it.
    """

    def __init__(
        self,
        source: Source,
        plaintext: Stream | Ranges,
        label: dict[str, Any],
        private: dict[str, Any] | None,
        decision: dict[str, Any],
    ) -> None:
        super().__init__()
        self.label = label
        self.private = private
        self.decision = decision
        self._source = source
        self._plaintext = plaintext
        self._position = 0

    def readable(self) -> bool:
        """Tells that it can be read."""
        self._check_open()
        return True

    def seekable(self) -> bool:
        """Tells whether `seek` works."""
        self._check_open()
        return self._plaintext.seekable

    def read(self, size: int | None = -1, /) -> bytes:
        """Returns the next `size` bytes, or all that is left; fewer at the end only."""
        self._check_open()
        if size is None or size < 0:
            return self.readall()
        piece = self._plaintext.read(self._position, size)
        self._position += len(piece)
        return piece

    def readall(self) -> bytes:
        """Returns all that is left."""
        self._check_open()
        if isinstance(self._plaintext, Ranges):
            return self.read(max(self._plaintext.size - self._position, 0))
        parts = []
        while piece := self.read(PIECE):
            parts.append(piece)
        return b"".join(parts)

    def read_ranges(self, ranges: Iterable[tuple[int, int]]) -> list[bytes]:
        """Returns the bytes from `start` to `end` of each pair, fewer at the end; the position stays where it is.

        Only a document that can seek has ranges.
        """
        self._check_open()
        wanted = list(ranges)
        if any(not 0 <= start <= end for start, end in wanted):
            raise ValueError("a range begins at 0 or later, and does not end before it begins")
        if isinstance(self._plaintext, Stream):
            raise io.UnsupportedOperation("this document can only be read from its beginning to its end")
        return self._plaintext.read_ranges(wanted)

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills `buffer`, and returns how many bytes it got."""
        with memoryview(buffer) as view, view.cast("B") as room:
            piece = self.read(len(room))
            room[: len(piece)] = piece
        return len(piece)

    def write(self, piece: Buffer, /) -> NoReturn:
        """Refuses: a document is read only."""
        self._check_open()
        raise io.UnsupportedOperation("a document is read only")

    def tell(self) -> int:
        """Returns how many bytes lie before the position."""
        self._check_open()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Changes the position, and returns it."""
        self._check_open()
        if not self._plaintext.seekable:
            raise io.UnsupportedOperation("this document can only be read from its beginning to its end")
        position = self._base(whence) + offset
        if position < 0:
            raise ValueError(f"negative seek position {position}")
        self._position = position
        return position

    def close(self) -> None:
        """Closes the document, and its source unless that is the caller's."""
        if not self.closed:
            super().close()
            self._source.close()

    def _base(self, whence: int) -> int:
        match whence:
            case os.SEEK_SET:
                return 0
            case os.SEEK_CUR:
                return self._position
            case os.SEEK_END:
                return getattr(self._plaintext, "size", 0)
        raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
