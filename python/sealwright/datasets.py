"""`Sealed`: a feature of Hugging Face `datasets` whose values are sealed wherever a dataset is kept.

    from datasets import Dataset, Features, Value
    from sealwright.datasets import Sealed, unlocked

    features = Features({"id": Value("string"), "text": Sealed(column="text")})
    with unlocked(collection):
        dataset = Dataset.from_generator(rows, features=features)  # the cache on disk holds tokens
        dataset[0]["text"]  # opened in memory, for this one read

The Arrow cache, `save_to_disk` and Parquet hold tokens of `core/spec/record.md`; reading opens them while their collection is
unlocked. What a function given to `map` returns is written too: give what is made of the text a `Sealed` feature as well, or make
it as it is read, by `with_transform`.
"""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pyarrow
from datasets.features.features import register_feature
from datasets.table import array_cast

from .errors import NoKeyError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .collection import Collection

_unlocked: list[Collection] = []
"""The collections whose values are opened as they are read. A feature is written into files, so it cannot hold keys."""


@contextmanager
def unlocked(*collections: Collection) -> Iterator[None]:
    """Opens the values of these collections as datasets are read, and seals new ones under the last, while the block runs.

    It holds for all threads of the process, and for processes that are forked from it.
    """
    _unlocked.extend(collections)
    try:
        yield
    finally:
        for collection in collections:
            _unlocked.remove(collection)


@dataclass
class Sealed:
    """Is a text, or with `dtype="binary"` bytes, that is sealed as a value of `column`.

    A value is given as it is, and bound to its column and to a random id, or as `{"id": …, "value": …}` and bound to that id. With
    `decode=False` reading gives `{"id": …, "token": …}`.
    """

    column: str
    dtype: str = "string"
    decode: bool = True
    id: str | None = field(default=None, repr=False)
    pa_type: ClassVar[Any] = pyarrow.struct({"id": pyarrow.string(), "token": pyarrow.binary()})
    _type: str = field(default="Sealed", init=False, repr=False)

    def __post_init__(self) -> None:
        if self.dtype not in ("string", "binary"):
            raise UsageError(f"expected the type `string` or `binary`, not `{self.dtype}`", "feature_invalid")

    def __call__(self) -> Any:
        """Returns how a value is kept."""
        return self.pa_type

    def encode_example(self, value: Any) -> dict[str, Any]:
        """Seals a value. What is sealed already stays as it is."""
        if isinstance(value, dict) and value.keys() == {"id", "token"}:
            return value
        row, plain = (value["id"], value["value"]) if isinstance(value, dict) else (_row(), value)
        (token,) = self._sealed([row], [plain])
        return {"id": row, "token": token}

    def decode_example(self, value: dict[str, Any], token_per_repo_id: Any = None) -> str | bytes:
        """Opens a value under whichever unlocked collection has its key."""
        failure: NoKeyError | None = None
        for collection in reversed(_unlocked):
            try:
                (octets,) = collection.open(self.column, [value["id"]], [value["token"]])
            except NoKeyError as error:
                failure = error
                continue
            return octets.decode() if self.dtype == "string" else octets
        raise failure or NoKeyError(f"`{self.column}`: its collection is not unlocked", "record_key_unknown")

    def cast_storage(self, storage: Any) -> Any:
        """Takes tokens as they are kept, and seals what is not sealed, as `map` hands it back, before it is written."""
        kept = pyarrow.types.is_struct(storage.type) and {part.name for part in storage.type} == {"id", "token"}
        if kept or pyarrow.types.is_null(storage.type):
            return array_cast(storage, self.pa_type)
        values = storage.to_pylist()
        rows = [None if value is None else _row() for value in values]
        present = [value for value in values if value is not None]
        tokens = iter(self._sealed([row for row in rows if row is not None], present))
        sealed = [None if row is None else {"id": row, "token": next(tokens)} for row in rows]
        return pyarrow.array(sealed, self.pa_type)

    def _sealed(self, rows: list[str], values: list[Any]) -> list[bytes]:
        octets = [value.encode() if self.dtype == "string" and isinstance(value, str) else value for value in values]
        for value in octets:
            if not isinstance(value, bytes):
                reason = f"`{self.column}`: expected a {self.dtype}, got `{type(value).__name__}`"
                raise UsageError(reason, "feature_invalid")
        if not _unlocked:
            raise NoKeyError(f"`{self.column}`: no collection is unlocked to seal under", "record_key_unknown")
        return _unlocked[-1].seal(self.column, rows, octets)


def _row() -> str:
    """Returns an id for a value that has none."""
    return os.urandom(16).hex()


with warnings.catch_warnings():
    # It is said to be experimental: the version is pinned to those that were tried.
    warnings.simplefilter("ignore", UserWarning)
    register_feature(Sealed, "Sealed")
