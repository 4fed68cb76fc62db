"""The two ways to a document's plaintext: from its beginning to its end, or any part of it."""

from __future__ import annotations

from . import _core
from .source import PIECE, Source

_CHUNK = 1 << 16
"""The chunk of age's payload, which is decrypted as a whole; see `core/spec/document.md`, "Payload"."""

_LONGEST_READ = 1 << 24
"""From how many bytes on neighbouring ranges are read by themselves."""


class Stream:
    """Reads once, from the beginning; the end is verified when it is reached."""

    seekable = False

    def __init__(self, source: Source, decryptor: _core.Decryptor | _core.Opener) -> None:
        self._source = source
        self._decryptor = decryptor
        self._ready = b""
        self._finished = False
        self._failure: BaseException | None = None

    def read(self, position: int, size: int) -> bytes:
        """Returns the next `size` bytes, fewer at the end only."""
        parts = []
        while size > 0 and (self._ready or self._fill()):
            part, self._ready = self._ready[:size], self._ready[size:]
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _fill(self) -> bool:
        """Decrypts until there is something to read; tells whether there is."""
        if self._failure:
            # A stream that failed once must not look like one that ended.
            raise self._failure
        try:
            while not self._ready and not self._finished:
                piece = self._source.read(PIECE)
                self._ready = self._decryptor.push(piece) if piece else self._decryptor.finish()
                self._finished = not piece
        except BaseException as error:
            self._failure = error
            raise
        return bool(self._ready)


class Ranges:
    """Reads any part. The last chunk was authenticated before, so that the size is sure."""

    seekable = True

    def __init__(
        self, source: Source, decryptor: _core.RangeDecryptor | _core.RangeOpener, outboard: bytes | None = None
    ) -> None:
        self._source = source
        self._decryptor = decryptor
        if isinstance(decryptor, _core.RangeOpener):
            _verify(source, decryptor, outboard)
        decryptor.authenticate(source.read_range(*decryptor.last_chunk_range()))
        self.size = decryptor.size()
        self._window_start = 0
        self._window = b""

    def read(self, position: int, size: int) -> bytes:
        """Returns `size` bytes from `position` on, fewer at the end only."""
        end = min(position + size, self.size)
        if position >= end:
            return b""
        if not (self._window_start <= position and end <= self._window_start + len(self._window)):
            if end - position >= _CHUNK:
                return self._decrypt(position, end)
            # Small reads are served from the chunks around them, so that they are not decrypted again and again.
            start = position - position % _CHUNK
            self._window = self._decrypt(start, min(end + -end % _CHUNK, self.size))
            self._window_start = start
        return self._window[position - self._window_start : end - self._window_start]

    def read_ranges(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        """Returns the bytes of each range, cut at the end; neighbours are read from the source at once."""
        wanted = [(min(start, self.size), min(end, self.size)) for start, end in ranges]
        found = [b""] * len(wanted)
        order = sorted((index for index, (start, end) in enumerate(wanted) if start < end), key=wanted.__getitem__)
        while order:
            start, end = wanted[order[0]]
            count = 1
            while count < len(order) and wanted[order[count]][0] < end + _CHUNK and end - start < _LONGEST_READ:
                end = max(end, wanted[order[count]][1])
                count += 1
            read = self._decrypt(start, end)
            for index in order[:count]:
                found[index] = read[wanted[index][0] - start : wanted[index][1] - start]
            order = order[count:]
        return found

    def _decrypt(self, start: int, end: int) -> bytes:
        ciphertext = self._source.read_range(*self._decryptor.ciphertext_range(start, end))
        return self._decryptor.decrypt(start, end, ciphertext)


def _verify(source: Source, opener: _core.RangeOpener, outboard: bytes | None) -> None:
    """Reads a signed document once before anything of it is given out, or has each part verified by its outboard."""
    if outboard is not None:
        opener.verify_by(outboard)
    unverified = opener.unverified()
    if unverified is None:
        return
    start, end = unverified
    source.seek(start)
    while start < end and (piece := source.read(min(PIECE, end - start))):
        opener.verify(piece)
        start += len(piece)
    opener.verified()
