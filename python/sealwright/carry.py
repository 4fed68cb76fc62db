"""Carrying a source through the core into a sink."""

from __future__ import annotations

import itertools
import os

from .source import PIECE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ThreadPoolExecutor

    from .protocols import Flow
    from .sink import Sink
    from .source import Source

LONG_PIECE = 1 << 22
"""How many bytes are read at once where threads share the work: enough for each to pay for itself."""


def counted(threads: int | None) -> int:
    """Returns how many threads may work: as many as this process has processors, if it is not said."""
    if threads is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if threads < 1:
        raise ValueError(f"threads: expected 1 or more, got {threads}")
    return threads


def carry(source: Source, flow: Flow, sink: Sink, threads: int) -> None:
    """Reads to the end, and writes what comes out. From memory to memory that is one call."""
    flow.set_threads(threads)
    if sink.is_memory() and (rest := source.rest()) is not None:
        sink.take_whole(flow.finish_with(rest))
        return
    size = PIECE if threads == 1 else LONG_PIECE
    piece = source.read(size)
    if threads > 1 and len(piece) == size and source.is_system_file() and sink.is_system_file():
        piece = _carry_side_by_side(source, piece, flow, sink)
    while piece:
        sink.write(flow.push(piece))
        piece = source.read(size)
    sink.write(flow.finish())


def write(pieces: Iterator[bytes], sink: Sink, threads: int) -> None:
    """Writes pieces; where threads share the work, each while the next is made."""
    first = next(pieces, b"")
    if threads == 1 or len(first) < LONG_PIECE or not sink.is_system_file():
        for piece in itertools.chain([first], pieces):
            sink.write(piece)
        return
    with _pool(1) as pool:
        written = pool.submit(sink.write, first)
        for piece in pieces:
            written.result()
            written = pool.submit(sink.write, piece)
        written.result()


def _carry_side_by_side(source: Source, piece: bytes, flow: Flow, sink: Sink) -> bytes:
    """Reads ahead and writes behind, each in a thread of its own; returns the empty piece at the end."""
    with _pool(2) as pool:
        written = None
        while piece:
            ahead = pool.submit(source.read, LONG_PIECE)
            ready = flow.push(piece)
            if written:
                written.result()
            written = pool.submit(sink.write, ready)
            piece = ahead.result()
        if written:
            written.result()
    return piece


def _pool(threads: int) -> ThreadPoolExecutor:
    # Here, because only long work pays for it.
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(threads)
