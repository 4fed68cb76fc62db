"""`Contest`: one piece of work, done turn by turn by everyone who can do it."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ROUNDS = 9


class Missing(Exception):
    """Says which peer is not installed."""


def missing(peer: str) -> Callable[[], float]:
    """Returns what stands for a peer that is not there."""

    def once() -> float:
        raise Missing(peer)

    return once


@dataclass(frozen=True)
class Contender:
    """Does the work once, and returns what that took: seconds an operation, or bytes."""

    name: str
    once: Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is ours / peer in the row's unit; which way is better is the unit's."""

    theme: str
    what: str
    unit: str
    ours: str
    value: float
    peer: str
    peer_value: float | None = None

    @property
    def ratio(self) -> float | None:
        return None if self.peer_value is None else self.value / self.peer_value


@dataclass
class Contest:
    """Measures in turns, A B A B, so that a machine that slows down meets all alike; the first turn warms up."""

    theme: str
    what: str
    unit: str
    convert: Callable[[float], float]
    ours: list[Contender]
    peers: list[Contender] = field(default_factory=list)
    pinned: bool = False
    rounds: int = ROUNDS
    no_peer: str = "none"

    def run(self) -> list[Row]:
        with cores(1 if self.pinned else None):
            taken, missing = self._turns()
        values = {name: self.convert(statistics.median(times)) for name, times in taken.items()}
        peers: list[tuple[str, float | None]] = [
            (peer.name if peer.name in values else missing[peer.name], values.get(peer.name)) for peer in self.peers
        ]
        return [
            Row(self.theme, self.what, self.unit, our.name, values[our.name], peer, value)
            for our in self.ours
            for peer, value in peers or [(self.no_peer, None)]
        ]

    def _turns(self) -> tuple[dict[str, list[float]], dict[str, str]]:
        taken: dict[str, list[float]] = {}
        missing: dict[str, str] = {}
        for turn in range(self.rounds + 1):
            for contender in [*self.ours, *self.peers]:
                if contender.name in missing:
                    continue
                try:
                    measured = contender.once()
                except Missing as peer:
                    missing[contender.name] = f"{peer} is not installed: left out"
                    continue
                if turn > 0:
                    taken.setdefault(contender.name, []).append(measured)
        return taken, missing


@contextmanager
def cores(count: int | None) -> Iterator[None]:
    """Keeps this thread, and what it starts, on the first `count` cores; on all with `None`."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
