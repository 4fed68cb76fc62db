"""Filters in the embedded stores for real: `make test-stores`, and `make test-stores DOCUMENTS=100000` for that many.

Each store holds the same documents, fields missing here and there, and must return those that the policy admits when it
decides about each, or the lowering must have refused.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sealwright import Filter, PolicyError

sys.path.insert(0, str(Path(__file__).parent))
from admitting import GENERATED, asked
from test_filter import COLUMNS, FIELDS, documents, found, sqlite_of

Item = TypeVar("Item")
Query = Callable[[Filter], set[int]]
DOCUMENTS = int(os.environ.get("DOCUMENTS") or 400)
LABELS = documents(DOCUMENTS)
ASKED = list(asked())
BATCH = 5_000
SECONDS = {
    **FIELDS,
    "resource.properties.created_at": {"type": "seconds"},
    "resource.properties.retain_until": {"type": "seconds"},
}


def sqlite() -> Iterator[Query]:
    table = sqlite_of(LABELS)
    yield lambda told: found(table, told.to_sql("sqlite", column='meta"data', fields=FIELDS))


def sqlite_columns() -> Iterator[Query]:
    table = sqlite_of(LABELS)
    yield lambda told: found(table, told.to_sql("sqlite", fields=COLUMNS))


def qdrant() -> Iterator[Query]:
    from qdrant_client import QdrantClient, models

    client = QdrantClient(":memory:")
    client.create_collection("c", vectors_config=models.VectorParams(size=1, distance=models.Distance.DOT))
    points = [models.PointStruct(id=row, vector=[1.0], payload=label) for row, label in enumerate(LABELS)]
    for batch in _batched(points):
        client.upsert("c", batch)

    def query(told: Filter) -> set[int]:
        lowered = models.Filter(**told.to_qdrant(fields=FIELDS))
        points = client.scroll("c", scroll_filter=lowered, limit=len(LABELS), with_payload=False)[0]
        return {int(point.id) for point in points}

    yield query


def lancedb() -> Iterator[Query]:
    import tempfile

    import lancedb
    import pyarrow as pa

    text = [(name, pa.string()) for name in ("tenant", "classification", "created_at", "retain_until")]
    attributes = pa.struct(
        [("level", pa.int64()), ("score", pa.float64()), ("hold", pa.bool_()), ("unit", pa.string())]
    )
    schema = pa.schema(
        [("id", pa.int64()), *text, ("purposes", pa.list_(pa.string())), ("attributes", attributes)]
    )
    rows = [{"id": row, **label} for row, label in enumerate(LABELS)]
    data = pa.Table.from_pylist(rows, schema=schema)
    with tempfile.TemporaryDirectory() as folder:
        table = lancedb.connect(folder).create_table("c", data=data)

        def query(told: Filter) -> set[int]:
            lowered = told.to_lancedb(fields=FIELDS)
            rows = table.search().where(lowered).select(["id"]).limit(len(LABELS)).to_arrow()
            return set(rows["id"].to_pylist())

        yield query


def chroma() -> Iterator[Query]:
    import chromadb

    def seconds(time: str) -> int:
        from datetime import datetime

        return int(datetime.fromisoformat(time).timestamp())

    def metadata(label: dict[str, Any]) -> dict[str, Any]:
        flat = {f"attributes.{name}": value for name, value in label.get("attributes", {}).items()}
        kept = {name: value for name, value in label.items() if name != "attributes" and value != []}
        times = {name: seconds(kept[name]) for name in ("created_at", "retain_until") if name in kept}
        return {"row": True, **kept, **flat, **times}

    collection = chromadb.EphemeralClient().create_collection("filters")
    for batch in _batched(list(enumerate(LABELS))):
        collection.add(
            ids=[str(row) for row, _ in batch],
            embeddings=[[1.0] for _ in batch],
            metadatas=[metadata(label) for _, label in batch],
        )

    def query(told: Filter) -> set[int]:
        return {int(row) for row in collection.get(where=told.to_chroma(fields=SECONDS), include=[])["ids"]}

    yield query


@pytest.mark.filterwarnings("ignore:Local mode is not recommended")
@pytest.mark.parametrize(
    ("opened", "least"), [(sqlite, 93), (sqlite_columns, 93), (qdrant, 77), (lancedb, 93), (chroma, 61)]
)
def test_a_store_returns_what_is_admitted(opened: Callable[[], Iterator[Query]], least: int) -> None:
    said = 0
    for query in opened():
        for place, question in enumerate(ASKED):
            told = question.filter()
            if told is None:
                continue
            try:
                returned = query(told)
            except PolicyError as refused:
                assert refused.code == "filter_unsupported"
                continue
            assert returned == admitted(place), f"{question.name}\n{told}"
            said += 1
    assert said >= least


def test_a_filter_matches_what_is_admitted() -> None:
    said = 0
    for place, question in enumerate(ASKED):
        if told := question.filter():
            matching = {row for row, label in enumerate(LABELS) if told.matches({"properties": label})}
            assert matching == admitted(place), f"{question.name}\n{told}"
            said += told.kind == "exact"
    assert said > GENERATED


@functools.cache
def admitted(place: int) -> set[int]:
    """Returns the rows that the policy admits, each decided."""
    question = ASKED[place]
    requests = [question.request(label) for label in LABELS]
    decisions = [decision for batch in _batched(requests) for decision in question.policy.decide_all(batch)]
    assert not any("error" in decision for decision in decisions)
    return {row for row, decision in enumerate(decisions) if decision["decision"]}


def _batched(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
