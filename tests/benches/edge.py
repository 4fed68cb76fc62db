"""What `make bench-edge` measured: it builds an engine and takes minutes, so its figures are kept in `edge.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contest import Row

KEPT = Path(__file__).with_name("edge.json")
NAMES = {"node": "Node", "workerd": "workerd", "wasmtime": "wasmtime, an instance a request"}


def rows() -> list[Row]:
    if not KEPT.exists():
        return []
    return [row for measured in json.loads(KEPT.read_text()) for row in _rows(measured)]


def _rows(measured: dict[str, Any]) -> list[Row]:
    host, headers = measured["host"], measured["headers"]
    what = f"keys released over HTTP, {headers} a request, {measured['keys']}"
    if measured.get("one_document"):
        what += ", all of one document"
    half = measured["half_load_ms"]
    found = [
        _row(host, what, "a CPU second, more is better", measured["releases_a_cpu_second"]),
        _row(host, f"{what}: a request at half load, p50", "ms, less is better", half["p50"]),
        _row(host, f"{what}: a request at half load, p99", "ms, less is better", half["p99"]),
    ]
    if "start_ms" in measured:
        found.append(_row(host, "start, until it listens", "ms, less is better", measured["start_ms"]))
        found.append(_row(host, "first release", "ms, less is better", measured["first_release_ms"]))
    return found


def _row(host: str, what: str, unit: str, value: float) -> Row:
    return Row("Edge (`make bench-edge`)", what, unit, NAMES[host], value, "none")
