"""What can go wrong: one base, stable codes.

The core's codes are listed in `core/spec/errors.md`. This package adds those of files: `file_not_found`,
`file_exists`, `file_unreadable`, `file_unwritable`, `disk_full`, `output_is_input`; those of untrusted policies,
`policy_trap` and `environment`; and `denied`.
"""

from __future__ import annotations

import errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .explanation import Explanation

_FILE_CODES = {
    errno.ENOENT: "file_not_found",
    errno.ENOTDIR: "file_not_found",
    errno.EEXIST: "file_exists",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
}


class Location:
    """Names a place in a policy module: rows and columns count from 1."""

    __slots__ = ("column", "file", "row")

    def __init__(self, file: str, row: int, column: int) -> None:
        self.file = file
        self.row = row
        self.column = column

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Location):
            return NotImplemented
        return (self.file, self.row, self.column) == (other.file, other.row, other.column)

    def __hash__(self) -> int:
        return hash((self.file, self.row, self.column))

    def __repr__(self) -> str:
        return f"Location(file={self.file!r}, row={self.row}, column={self.column})"


class SealwrightError(Exception):
    """Is everything that this package raises about documents, keys, policies and files.

    `code` is stable; `location` is the place in a policy module, `index` that of a record in a batch, or None.
    """

    code: str
    location: Location | None
    index: int | None

    def __init__(
        self, message: str, code: str, location: tuple[str, int, int] | None = None, index: int | None = None
    ) -> None:
        super().__init__(message, code, location, index)
        self.code = code
        self.location = None if location is None else Location(*location)
        self.index = index

    def __str__(self) -> str:
        return str(self.args[0])


class UsageError(SealwrightError):
    """The caller's arguments are wrong."""


class MalformedError(SealwrightError):
    """The bytes are not a document that the format allows."""


class IntegrityError(SealwrightError):
    """The document was altered or cut short."""


class NoKeyError(SealwrightError):
    """No key at hand opens the document."""


class PolicyError(SealwrightError):
    """The policy cannot be loaded or evaluated; whoever asked is refused."""


class EnvironmentFailure(SealwrightError):
    """The host failed, as when it has no randomness."""


class FileError(SealwrightError):
    """A file cannot be read or written. Its cause is the `OSError`, where there is one."""

    @classmethod
    def from_reading(cls, error: OSError, name: str) -> FileError:
        """Returns the failure to read `name`."""
        return cls._from(error, name, "read", "file_unreadable")

    @classmethod
    def from_writing(cls, error: OSError, name: str) -> FileError:
        """Returns the failure to write `name`."""
        return cls._from(error, name, "write", "file_unwritable")

    @classmethod
    def _from(cls, error: OSError, name: str, verb: str, code: str) -> FileError:
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        return cls(f"cannot {verb} `{name}`: {reason}", _FILE_CODES.get(error.errno or 0, code))


class Denied(SealwrightError):
    """The policy refused, or the gate could not do what the policy demands. `decision` tells why."""

    decision: dict[str, Any]

    def __init__(
        self, action: str, decision: dict[str, Any], explain: Callable[[bool], Explanation] | None = None
    ) -> None:
        super().__init__(f"the policy refuses to {action}: {_reasons(decision)}", "denied")
        self._action = action
        self._explain = explain
        self.decision = decision

    def explain(self, *, values: bool = False) -> Explanation | None:
        """Tells why the policy decided so, or None for a refusal that was pickled.

        Where the gate refused what the policy allowed, because it cannot do what the policy demands, the policy's
        decision allows.
        """
        return None if self._explain is None else self._explain(values)

    def __reduce__(self) -> tuple[type[Denied], tuple[str, dict[str, Any]]]:
        return (Denied, (self._action, self.decision))


def _reasons(decision: dict[str, Any]) -> str:
    return ", ".join(decision["reasons"]) or "no rule allows it"
