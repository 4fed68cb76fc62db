"""Filters in the embedded stores for real: `make test-stores`.

Each store holds the same documents, fields missing here and there, and must return those that the filter admits, or the
lowering must have refused.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sealwright import Filter, PolicyError

sys.path.insert(0, str(Path(__file__).parents[2] / "python" / "tests"))
from test_filter import ANA, CONTEXT, FIELDS, RULES, documents, policy

Query = Callable[[Filter], set[int]]
LABELS = documents(400)
SECONDS = {
    **FIELDS,
    "resource.properties.created_at": {"type": "seconds"},
    "resource.properties.retain_until": {"type": "seconds"},
}


def qdrant() -> Query:
    from qdrant_client import QdrantClient, models

    client = QdrantClient(":memory:")
    client.create_collection("c", vectors_config=models.VectorParams(size=1, distance=models.Distance.DOT))
    points = [models.PointStruct(id=row, vector=[1.0], payload=label) for row, label in enumerate(LABELS)]
    client.upsert("c", points)

    def query(found: Filter) -> set[int]:
        lowered = models.Filter(**found.to_qdrant(fields=FIELDS))
        return {int(point.id) for point in client.scroll("c", scroll_filter=lowered, limit=len(LABELS))[0]}

    return query


def lancedb() -> Query:
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
    table = lancedb.connect(tempfile.mkdtemp()).create_table("c", data=data)

    def query(found: Filter) -> set[int]:
        lowered = found.to_lancedb(fields=FIELDS)
        return {row["id"] for row in table.search().where(lowered).limit(len(LABELS)).to_list()}

    return query


def chroma() -> Query:
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
    collection.add(
        ids=[str(row) for row in range(len(LABELS))],
        embeddings=[[1.0] for _ in LABELS],
        metadatas=[metadata(label) for label in LABELS],
    )

    def query(found: Filter) -> set[int]:
        return {int(row) for row in collection.get(where=found.to_chroma(fields=SECONDS))["ids"]}

    return query


@pytest.mark.parametrize(("open_store", "least"), [(qdrant, 17), (lancedb, 20), (chroma, 8)])
def test_a_store_returns_what_is_admitted(open_store: Callable[[], Query], least: int) -> None:
    query = open_store()
    said = 0
    for rules in [*RULES, "allow if false", "allow if true"]:
        found = policy(rules).filter(subject=ANA, action="retrieve", context=CONTEXT)
        expected = {row for row, label in enumerate(LABELS) if found.matches({"properties": label})}
        try:
            returned = query(found)
        except PolicyError as refused:
            assert refused.code == "filter_unsupported"
            continue
        assert returned == expected, f"{rules}\n{found}"
        said += 1
    assert said >= least
