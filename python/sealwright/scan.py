"""Finding personal data, without sealing anything."""

from __future__ import annotations

import json

from .source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .protocols import SourceLike


def scan(source: SourceLike) -> dict[str, Any]:
    """Returns what bytes, a path or a binary file object hold, as counts: `scanned`, `entities`, `total`.

    What cannot be scanned says so and why: `scanned` is false, and `reason` is `not_text`, or `not_requested` for a
    source that cannot seek and so could not be sealed after the scan.
    """
    with Source(source) as opened:
        findings: dict[str, Any] = json.loads(opened.scan().findings())
        return findings
