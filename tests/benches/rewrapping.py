"""Writing a header of two recipients anew: the payload, and so the document's size, has no part in it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import sealwright as sw
from clock import cpu
from contest import Contender, Contest
from worker import Worker

REWRAPS = 50


def contests(core: Worker) -> list[Contest]:
    return [
        _contest("X25519 recipients", [core.cpu("core", "rewrap"), Contender("Python", _python())]),
        _contest("hybrid recipients", [core.cpu("core", "rewrap hybrid")]),
    ]


def _contest(what: str, ours: list[Contender]) -> Contest:
    return Contest("Rewrap", what, "CPU µs, less is better", lambda seconds: seconds * 1e6, ours, pinned=True)


def _python() -> Callable[[], float]:
    identity, added = sw.Identity.generate(), sw.Identity.generate()
    header = BytesIO()
    sw.detach(sw.encrypt(b"", recipients=[identity.recipient, added.recipient]), header=header)

    def rewrap() -> None:
        for _ in range(REWRAPS):
            sw.rewrap(header.getvalue(), identities=[identity], recipients=[added.recipient])

    return lambda: cpu(rewrap) / REWRAPS
