"""`Filter`: which documents a policy admits, before a search."""

from __future__ import annotations

import json

from . import _core
from .encoding import to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Filter:
    """Says which documents a policy admits. Decide about every hit again before it opens: a filter grants nothing.

    `fields` says how a store keeps a document's fields: `{"resource.properties.attributes.hold": {"type": "boolean",
    "name": "hold"}}`. The label's own fields have their types. `column` is a JSON column for the fields without a name.
    """

    __slots__ = ("_handle",)

    def __init__(self, handle: _core.Filter) -> None:
        self._handle = handle

    @classmethod
    def parse(cls, text: Mapping[str, Any] | str) -> Filter:
        """Reads a filter that `to_json` wrote."""
        return cls(_core.Filter.parse(to_json("filter", text)))

    @property
    def kind(self) -> str:
        """`always`, `never` or `exact`."""
        return str(self._described["kind"])

    @property
    def condition(self) -> dict[str, Any] | None:
        """The condition as UCAST, if the kind is `exact`."""
        return self._described.get("condition")

    def to_json(self) -> str:
        """Returns kind and condition as canonical JSON."""
        return self._handle.describe()

    def matches(self, resource: Mapping[str, Any] | str) -> bool:
        """Tells whether a document is admitted, given as AuthZEN's resource: `{"properties": label}`."""
        return self._handle.matches(to_json("resource", resource))

    def to_sql(
        self,
        dialect: str,
        *,
        column: str | None = None,
        fields: Mapping[str, Any] | None = None,
        first_parameter: int = 1,
    ) -> tuple[str, list[Any]]:
        """Returns a condition for WHERE, and its parameters. The dialect is `sqlite` or `postgresql`."""
        return self._sql(dialect, column, fields, first_parameter)

    def to_pgvector(
        self, *, column: str | None = None, fields: Mapping[str, Any] | None = None, first_parameter: int = 1
    ) -> tuple[str, list[Any]]:
        """Returns a condition for WHERE, and its parameters, from `$first_parameter` on."""
        return self._sql("pgvector", column, fields, first_parameter)

    def to_lancedb(self, *, fields: Mapping[str, Any] | None = None) -> str:
        """Returns a text for `where`."""
        text: str = self.lower({"store": "lancedb", "fields": fields or {}})["text"]
        return text

    def to_qdrant(self, *, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Returns a filter, for `models.Filter(**…)` or the HTTP interface."""
        lowered: dict[str, Any] = self.lower({"store": "qdrant", "fields": fields or {}})
        return lowered

    def to_chroma(self, *, fields: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Returns a `where` for Chroma from 0.5.12 on, or None for no restriction."""
        return self._or_none("chroma", fields)

    def to_langchain(self, *, fields: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Returns a directive of `langchain_core.structured_query`, as JSON, or None for no restriction."""
        return self._or_none("langchain", fields)

    def to_llamaindex(self, *, fields: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Returns `MetadataFilters`, as JSON, or None for no restriction."""
        return self._or_none("llamaindex", fields)

    def lower(self, target: Mapping[str, Any] | str) -> Any:
        """Says the filter in a store's terms. What the store cannot say exactly raises `filter_unsupported`."""
        return json.loads(self._handle.lower(to_json("target", target)))

    def __repr__(self) -> str:
        return f"<Filter {self.to_json()}>"

    @property
    def _described(self) -> dict[str, Any]:
        described: dict[str, Any] = json.loads(self._handle.describe())
        return described

    def _sql(
        self, store: str, column: str | None, fields: Mapping[str, Any] | None, first_parameter: int
    ) -> tuple[str, list[Any]]:
        target: dict[str, Any] = {"store": store, "fields": fields or {}, "first_parameter": first_parameter}
        lowered = self.lower(target if column is None else {**target, "column": column})
        return lowered["text"], lowered["parameters"]

    def _or_none(self, store: str, fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
        lowered: dict[str, Any] | None = self.lower({"store": store, "fields": fields or {}})
        return lowered
