"""What `make bench-large` measured: it takes minutes and 10 GB, so its figures are kept in `large.json`."""

from __future__ import annotations

import json
from pathlib import Path

from contest import Row

KEPT = Path(__file__).with_name("large.json")


def rows() -> list[Row]:
    if not KEPT.exists():
        return []
    kept = json.loads(KEPT.read_text())
    size = kept["size"]
    return [row for task in ("seal", "open") for row in _rows(f"{task} {size / 1e9:.3g} GB from disk", size, kept[task])]


def _rows(what: str, size: int, measured: dict[str, float]) -> list[Row]:
    return [
        _row(what, "MB/s, more is better", size / measured["seconds"] / 1e6),
        _row(f"{what}: heap, buffers and WebAssembly memory at their most", "MB, less is better", measured["peak"] / 1e6),
    ]


def _row(what: str, unit: str, value: float) -> Row:
    return Row("Chromium", what, unit, "sealwright, Gate", value, "none")
