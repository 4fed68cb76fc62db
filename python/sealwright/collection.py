"""`Collection`: columns whose values are sealed one by one."""

from __future__ import annotations

import json

from . import _core, identity, recipient
from .batch import Batch
from .encoding import to_json
from .source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal, NoReturn, SupportsIndex, overload

    from .identity import Identity
    from .protocols import Buffer, IdsLike, SourceLike
    from .recipient import Recipient
else:

    def overload(function):
        return function


class Collection:
    """Seals and opens the values of a table's columns, each bound to its column and to the id of its record.

    `document` holds the keys, for the recipients: store it beside the table. `label` is what policies read of it, and
    its `document_id` names the collection. `decision` is the one that opened or made it, None without a policy. Threads
    may share a collection; other threads run while it works.
    """

    __slots__ = ("_handle", "decision")

    def __init__(self, handle: _core.Collection, decision: dict[str, Any] | None = None) -> None:
        self._handle = handle
        self.decision = decision

    @classmethod
    def create(cls, *, recipients: Iterable[Recipient | str], label: Mapping[str, Any] | str) -> Collection:
        """Makes a collection with fresh keys, without a policy: see `Gate.create_collection`."""
        return cls(_core.Collection.create(recipient.handles(recipients), to_json("label", label)))

    @classmethod
    def decrypt(cls, source: SourceLike, *, identities: Iterable[Identity]) -> Collection:
        """Reads a collection's document, without a policy: see `Gate.open_collection`."""
        with Source(source) as opened:
            document = b"".join(opened.pieces())
        return cls(_core.Collection.decrypt(document, identity.handles(identities)))

    @property
    def document(self) -> bytes:
        """The age file that holds the keys: of the newest generation, where there are several."""
        return self._handle.document()

    @property
    def label(self) -> dict[str, Any]:
        """The label, of the newest generation."""
        label: dict[str, Any] = json.loads(self._handle.label())
        return label

    @property
    def private(self) -> dict[str, Any] | None:
        """The label's private part, where it has one and a policy opened it."""
        private = self._handle.private()
        return None if private is None else dict(json.loads(private))

    def with_older(self, older: Collection) -> Collection:
        """Returns a collection that seals as this one does, and opens what either opens."""
        return Collection(self._handle.with_older(older._handle), self.decision)

    @overload
    def seal(self, column: str, ids: IdsLike, values: Batch, *, text: bool = False) -> Batch: ...
    @overload
    def seal(self, column: str, ids: IdsLike, values: Iterable[Buffer], *, text: Literal[False] = False) -> list[bytes]: ...
    @overload
    def seal(self, column: str, ids: IdsLike, values: Iterable[Buffer], *, text: Literal[True]) -> list[str]: ...
    def seal(
        self, column: str, ids: IdsLike, values: Iterable[Buffer] | Batch, *, text: bool = False
    ) -> list[bytes] | list[str] | Batch:
        """Seals the values of one column, each for the record whose id stands in the same place, and returns tokens.

        Ids tell records apart: text, as UTF-8, or bytes. With `text` the tokens are base64url, for where bytes cannot
        go. Lists give lists, a batch of values gives a batch.
        """
        batch = values if isinstance(values, Batch) else Batch.of(values)
        tokens = batch.like(self._handle.seal(column, _ids(ids), batch._handle))
        return _returned(tokens.to_text() if text else tokens, values, text)

    @overload
    def open(self, column: str, ids: IdsLike, tokens: Batch) -> Batch: ...
    @overload
    def open(self, column: str, ids: IdsLike, tokens: Iterable[str] | Iterable[Buffer]) -> list[bytes]: ...
    def open(
        self, column: str, ids: IdsLike, tokens: Iterable[str] | Iterable[Buffer] | Batch
    ) -> list[bytes] | list[str] | Batch:
        """Opens the tokens of one column, each of the record whose id stands in the same place, and returns the values.

        Raises for the first token that does not open, tells its `index`, and returns nothing: what stands before and
        behind it can be opened by itself.
        """
        batch, _ = _tokens(tokens)
        return _returned(batch.like(self._handle.open(column, _ids(ids), batch._handle)), tokens, False)

    @overload
    def reseal(self, column: str, ids: IdsLike, tokens: Batch) -> Batch: ...
    @overload
    def reseal(self, column: str, ids: IdsLike, tokens: Iterable[str]) -> list[str]: ...
    @overload
    def reseal(self, column: str, ids: IdsLike, tokens: Iterable[Buffer]) -> list[bytes]: ...
    def reseal(
        self, column: str, ids: IdsLike, tokens: Iterable[str] | Iterable[Buffer] | Batch
    ) -> list[bytes] | list[str] | Batch:
        """Seals anew, under the newest keys, what is sealed under older ones: see `with_older`.

        Tokens that are new already are verified and returned as they are, so that it can be done again.
        """
        batch, text = _tokens(tokens)
        resealed = batch.like(self._handle.reseal(column, _ids(ids), batch._handle))
        return _returned(resealed.to_text() if text else resealed, tokens, text)

    def blind_index(self, column: str, values: Iterable[Buffer] | Batch, *, size: int = 16) -> list[bytes]:
        """Returns an index of each value, to find or join equal values of a column without opening them.

        It shows which are equal, and how many: see "Blind index" in `core/spec/record.md`.
        """
        batch = values if isinstance(values, Batch) else Batch.of(values)
        indexes = self._handle.blind_index(column, batch._handle, size)
        return [indexes[start : start + size] for start in range(0, len(indexes), size)]

    def __repr__(self) -> str:
        return f"<Collection {self.label['document_id']!r}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a collection holds keys: it can be neither pickled nor copied")


def _ids(ids: IdsLike) -> _core.Batch:
    if isinstance(ids, Batch):
        return ids._handle
    if isinstance(ids, str | bytes):
        raise TypeError("ids: expected a list of ids, got one")
    return Batch.of(item.encode() if isinstance(item, str) else item for item in ids)._handle


def _tokens(tokens: Iterable[str] | Iterable[Buffer] | Batch) -> tuple[Batch, bool]:
    """Returns tokens as a batch, and whether they came as texts."""
    if isinstance(tokens, Batch):
        return tokens, False
    texts: list[str] = []
    octets: list[Buffer] = []
    for token in tokens:
        texts.append(token) if isinstance(token, str) else octets.append(token)
    if not texts:
        return Batch.of(octets), False
    if octets:
        raise TypeError("tokens: expected texts or bytes, got both")
    # What is not ASCII is no token, and becomes none.
    return Batch.of(text.encode("ascii", "replace") for text in texts).from_text(), True


def _returned(batch: Batch, given: object, text: bool) -> list[bytes] | list[str] | Batch:
    """Returns a batch as what was given: a batch or a list."""
    if isinstance(given, Batch):
        return batch
    return [str(value, "ascii") for value in batch.to_list()] if text else batch.to_list()
