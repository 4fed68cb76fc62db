"""`Batch`: many values in one buffer, as Arrow lays them out."""

from __future__ import annotations

from array import array
from itertools import accumulate, pairwise

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from .protocols import Buffer

_FORMATS: dict[int, Literal["i", "q"]] = {4: "i", 8: "q"}


class Batch:
    """Is many values back to back, and where each begins: Arrow's variable-size binary layout.

    `data` is anything that lends bytes; there is one offset more than there are values, in 4 or 8 bytes each, as in
    `array.array`, a NumPy array or a pyarrow buffer (whose `offset_size` must be given). `bytes` are taken as they are,
    all else is copied once. Back to Arrow it goes by `Array.from_buffers(binary(), len(batch), [None,
    py_buffer(batch.offsets), py_buffer(batch.data)])`.
    """

    __slots__ = ("_handle", "_offset_size")

    def __init__(self, data: Buffer, offsets: Buffer, *, offset_size: int | None = None) -> None:
        with memoryview(offsets) as view:
            self._offset_size = offset_size or view.itemsize
            self._handle = _core.Batch(_octets(data), view.tobytes(), self._offset_size)

    @classmethod
    def of(cls, values: Iterable[Buffer]) -> Batch:
        """Puts values into one buffer."""
        listed = list(values)
        sizes = (len(value) if isinstance(value, bytes) else memoryview(value).nbytes for value in listed)
        return cls(b"".join(listed), array("q", accumulate(sizes, initial=0)))

    @property
    def data(self) -> bytes:
        """The values, back to back."""
        return self._handle.data()

    @property
    def offsets(self) -> memoryview:
        """Where each value begins, and where the last one ends: 32 or 64 bits each, as they were given."""
        return memoryview(self._handle.offsets()).cast(_FORMATS[self._offset_size])

    def to_text(self) -> Batch:
        """Returns the texts of tokens: base64url, for where bytes cannot go."""
        return self.like(self._handle.encode_text())

    def from_text(self) -> Batch:
        """Reads the texts of tokens. What is none opens no more than a token that was cut short."""
        return self.like(self._handle.decode_text())

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def to_list(self) -> list[bytes]:
        """Returns the values one by one."""
        data = self.data
        return [data[start:end] for start, end in pairwise(self.offsets)]

    def like(self, handle: _core.Batch) -> Batch:
        """Returns a batch of the core, whose offsets are as large as this one's."""
        batch = Batch.__new__(Batch)
        batch._handle = handle
        batch._offset_size = self._offset_size
        return batch


def _octets(data: Buffer) -> Buffer:
    """Returns a view of single bytes, whatever the memory holds; pyarrow's is of signed ones."""
    return data if isinstance(data, bytes) else memoryview(data).cast("B")
