"""A bar on stderr for long work, when somebody watches."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar

from ..errors import FileError
from .options import standard_input

_LONG_WORK = 16 << 20
"""From how many bytes on work is long enough to be shown."""

_LONG_LIST = 100
"""From how many items on a list is."""

Item = TypeVar("Item")


@contextmanager
def reading(source: str, *, passes: int, quiet: bool) -> Iterator[BinaryIO]:
    """Opens a path, or stdin for `-`, and shows how far its reading is, where that takes long."""
    with _open(source) as file:
        state = os.fstat(file.fileno())
        size = state.st_size if stat.S_ISREG(state.st_mode) else None
        watched = sys.stderr is not None and sys.stderr.isatty() and not quiet
        if not watched or (size is not None and size < _LONG_WORK):
            yield file
            return
        with _shown(file, size and size * passes) as shown:
            yield shown


def counted(items: list[Item], *, quiet: bool) -> Iterator[Item]:
    """Goes through a list, and shows how far it is, where it is long."""
    watched = sys.stderr is not None and sys.stderr.isatty() and not quiet
    if not watched or len(items) < _LONG_LIST:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description="", console=Console(stderr=True), transient=True)


@contextmanager
def _shown(file: BinaryIO, total: int | None) -> Iterator[BinaryIO]:
    # Here, because only long work in a terminal pays for it.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield _Watched(file, lambda size: bar.advance(task, size))  # type: ignore[misc]


class _Watched:
    """Is a file that tells how much was read of it."""

    def __init__(self, file: BinaryIO, advance: object) -> None:
        self._file = file
        self._advance = advance

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._advance(len(piece))  # type: ignore[operator]
        return piece


def _open(source: str) -> BinaryIO:
    if source == "-":
        return standard_input()
    try:
        return open(source, "rb", buffering=0)
    except OSError as error:
        raise FileError.from_reading(error, source) from error
