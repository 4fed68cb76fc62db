"""Where bytes go: memory, a path, or a binary file object. A file appears whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import stat

from .errors import FileError, UsageError
from .source import has_descriptor, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import BinaryIO

    from .protocols import SinkLike
    from .source import Source


class Sink:
    """Takes bytes until its block ends: it then holds them all, or, after a failure, none that stay."""

    def __init__(self, output: SinkLike | None, source: Source, *, in_place: bool = False) -> None:
        self._start = 0
        self._whole: bytes | None = None
        self._file: BinaryIO | None = None
        self._replaces: str | None = None
        self._partial: str | None = None
        self._mode = 0o600
        self._owned = False
        self._memory = io.BytesIO() if output is None else None
        if output is None:
            self.name, self._file = "memory", self._memory
        elif isinstance(output, str | os.PathLike):
            self.name = os.fspath(output)
        else:
            self.name = name_of(output, "the output")
            self._file = output  # type: ignore[assignment]
        if not (in_place and isinstance(output, str | os.PathLike)):
            _refuse_input(self, source)

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._commit()
        else:
            self._abort()

    def is_system_file(self) -> bool:
        """Tells whether the operating system writes it, so that any thread may hand it more."""
        return self._file is None or has_descriptor(self._file)

    def write(self, piece: bytes) -> None:
        """Takes all of `piece`."""
        try:
            file = self._file or self._create()
            view = memoryview(piece)
            while view:
                # A raw file may take less than it is given, and one that does not block may take nothing.
                taken = file.write(view)
                if taken is None and not isinstance(file, io.RawIOBase):
                    return
                if not taken:
                    raise BlockingIOError(errno.EAGAIN, "it takes no more")
                view = view[taken:]
        except OSError as error:
            raise FileError.from_writing(error, self.name) from error

    def write_all(self, source: Source) -> None:
        """Takes what is left of a source."""
        for piece in source.pieces():
            self.write(piece)

    def leave_room(self, size: int) -> None:
        """Leaves room for `size` bytes in front, which `fill` then fills."""
        try:
            file = self._file or self._create()
            if not file.seekable():
                raise UsageError(
                    f"`{self.name}` does not seek, and the header of a signed document is known last: store it apart",
                    "header_last",
                )
            self._start = file.tell()
        except OSError as error:
            raise FileError.from_writing(error, self.name) from error
        self.write(bytes(size))

    def fill(self, front: bytes) -> None:
        """Fills the room that was left."""
        try:
            file = self._file or self._create()
            end = file.tell()
            file.seek(self._start)
            self.write(front)
            file.seek(end)
        except OSError as error:
            raise FileError.from_writing(error, self.name) from error

    def is_memory(self) -> bool:
        """Tells whether `taken` returns what is written."""
        return self._memory is not None

    def take_whole(self, whole: bytes) -> None:
        """Takes all there is to take to memory, as it stands."""
        self._whole = whole

    def taken(self) -> bytes:
        """Returns what went to memory."""
        if self._whole is not None:
            return self._whole
        return b"" if self._memory is None else self._memory.getvalue()

    def _create(self) -> BinaryIO:
        """Opens the file, or one beside it that will take its place."""
        self._owned = True
        target = os.path.realpath(self.name)
        mode = _mode(target)
        if mode is not None and not stat.S_ISREG(mode):
            self._file = open(target, "wb", buffering=0)
            return self._file
        partial = os.path.join(os.path.dirname(target), f".sealwright-{os.urandom(8).hex()}.partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        self._partial, self._replaces = partial, target
        self._file = open(descriptor, "wb", buffering=0)
        self._mode = stat.S_IMODE(os.stat(partial).st_mode if mode is None else mode)
        # What is not verified to its end yet is for nobody else to read.
        os.chmod(partial, 0o600)
        return self._file

    def _commit(self) -> None:
        try:
            file = self._file or self._create()
            file.flush()
            if not self._owned:
                return
            if self._partial and self._replaces:
                os.chmod(self._partial, self._mode)
                os.fsync(file.fileno())
                file.close()
                os.replace(self._partial, self._replaces)
                self._partial = None
                _sync_folder(os.path.dirname(self._replaces))
            file.close()
        except OSError as error:
            self._abort()
            raise FileError.from_writing(error, self.name) from error
        except BaseException:
            self._abort()
            raise

    def _abort(self) -> None:
        try:
            if self._owned and self._file:
                self._file.close()
        except OSError:
            pass  # The failure that led here is the one to tell.
        finally:
            if self._partial:
                os.unlink(self._partial)
                self._partial = None


def _refuse_input(sink: Sink, source: Source) -> None:
    """Refuses an output that is the input, by whatever name."""
    try:
        written = os.fstat(sink._file.fileno()) if sink._file else os.stat(sink.name)
        read = os.fstat(source.file.fileno())
    except (OSError, AttributeError):
        # What does not exist yet, or is no file, is not the input.
        return
    if os.path.samestat(written, read) and stat.S_ISREG(read.st_mode):
        raise FileError(f"the output `{sink.name}` is the input", "output_is_input")


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _sync_folder(path: str) -> None:
    """Makes the new name last through a power cut, where the system can."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # Some file systems sync no folders.
    finally:
        os.close(descriptor)
