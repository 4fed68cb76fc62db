"""Notes what a rewrap has done, so that a run that was stopped can go on."""

from __future__ import annotations

import hashlib
import json
import os

from .errors import FileError, UsageError
from .header import read_header, rewrapped, write_behind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, TextIO


class Journal:
    """Rewraps files by one change, each once, over as many runs as it takes.

    A line is written before a file is replaced: its path and the digest of its new header. So a file that was replaced is
    known by its header, whether or not the run lived to see it.
    """

    def __init__(self, path: str | None, change: dict[str, Any]) -> None:
        self.path = path
        self._change = change
        self._digest = _digest_of(change)
        self._known: dict[str, str] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> Journal:
        if self.path is None:
            return self
        try:
            begun = self._read()
            self._file = open(self.path, "a", encoding="utf-8")
            if not begun:
                self._note({"change": self._digest})
        except OSError as error:
            raise FileError.from_writing(error, self.path) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def rewrap(self, path: str) -> bool:
        """Rewraps a file; tells whether it had to."""
        with read_header(path) as (source, header, size):
            name = os.path.abspath(path)
            if self._known.get(name) == hashlib.sha256(header).hexdigest():
                return False
            fresh = rewrapped(header, **self._change)
            self._note({"path": name, "header": hashlib.sha256(fresh).hexdigest()})
            write_behind(fresh, source, size, path)
        return True

    def complete(self) -> None:
        """Removes the journal: everything is done."""
        if self._file and self.path:
            self._file.close()
            self._file = None
            os.unlink(self.path)

    def _read(self) -> bool:
        """Reads what earlier runs noted; tells whether there was one."""
        if self.path is None or not os.path.exists(self.path):
            return False
        with open(self.path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        # A line that a stop cut short was of a file that is still as it was.
        records = [json.loads(line) for line in lines[:-1] if line]
        if records and records[0].get("change") != self._digest:
            raise UsageError(
                f"`{self.path}` notes another rewrap that was stopped: finish that one, or remove the file", "journal_other"
            )
        self._known = {record["path"]: record["header"] for record in records[1:]}
        os.truncate(self.path, sum(len(line.encode()) + 1 for line in lines[:-1]))
        return bool(records)

    def _note(self, record: dict[str, str]) -> None:
        if self._file:
            self._file.write(json.dumps(record) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def _digest_of(change: dict[str, Any]) -> str:
    """Names a change by the public halves of its keys."""
    public = {
        "add": sorted(map(str, change["add"])),
        "remove": sorted(str(identity.recipient) for identity in change["remove"]),
        "replace": change["replace"],
    }
    return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()
