"""`Recipient`: whom a document is encrypted to."""

from __future__ import annotations

from . import _core
from .source import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable


class Recipient:
    """Is a public key, written `age1…`, or `age1pq1…` for a hybrid one."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _core.Recipient) -> None:
        self._handle = handle

    @classmethod
    def parse(cls, text: str) -> Recipient:
        """Reads a recipient's text."""
        return cls(_core.Recipient.parse(text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> list[Recipient]:
        """Reads a recipients file: one recipient a line, `#` comments and empty lines."""
        return [cls(handle) for handle in _core.parse_recipients(read_text(path))]

    def __str__(self) -> str:
        return self._handle.to_text()

    def __repr__(self) -> str:
        return f"Recipient({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, Recipient) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Recipient.parse, (str(self),))


def handles(recipients: Iterable[Recipient | str]) -> list[_core.Recipient]:
    """Returns the core's handles of recipients, given as objects or as texts."""
    if isinstance(recipients, str | Recipient):
        raise TypeError("recipients: expected a list of recipients, got one")
    return [(Recipient.parse(item) if isinstance(item, str) else item)._handle for item in recipients]
