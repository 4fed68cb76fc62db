"""Reading 4 KiB at a random place of a 64 MiB document."""

from __future__ import annotations

import random
from collections.abc import Callable

import sealwright as sw
from clock import cpu
from contest import Contender, Contest, missing
from inputs import READER, SIZE, Inputs
from worker import Worker

CPU = "CPU µs, less is better"
READ = 4096
READS = 50


def contests(inputs: Inputs, core: Worker, age_crate: Worker, node: Worker) -> list[Contest]:
    def contest(what: str, unit: str, ours: Contender, peers: list[Contender]) -> Contest:
        return Contest("Random access", what, unit, lambda seconds: seconds * 1e6, [ours], peers, pinned=True)

    whole = [Contender("pyrage, the whole file: it has no ranges", _pyrage(inputs))]
    gate = sw.Gate(inputs.policy, subject=READER, purpose="analyse", allow_unsigned=True)
    document = gate.open(inputs.folder / "document.age", identities=[inputs.identity])
    reading, opening = "4 KiB of 64 MiB, document open", "open under policy, then 4 KiB of 64 MiB"
    return [
        contest(reading, CPU, core.cpu("core", "range"), [age_crate.cpu("age crate", "range")]),
        contest(reading, CPU, Contender("Python", lambda: _reads(document)), [age_crate.cpu("age crate", "range"), *whole]),
        contest(reading, "µs, less is better", node.wall("Node, from a Blob", "range"), []),
        contest(opening, CPU, Contender("Python", lambda: _open(inputs, gate)), whole),
    ]


def _reads(document: sw.Document) -> float:
    places = [_place() for _ in range(READS)]

    def read() -> None:
        for place in places:
            document.seek(place)
            document.read(READ)

    return cpu(read) / READS


def _open(inputs: Inputs, gate: sw.Gate) -> float:
    place = _place()

    def read() -> bytes:
        with gate.open(inputs.folder / "document.age", identities=[inputs.identity]) as document:
            document.seek(place)
            return document.read(READ)

    return cpu(read)


def _pyrage(inputs: Inputs) -> Callable[[], float]:
    try:
        import pyrage
    except ImportError:
        return missing("pyrage")
    identity = pyrage.x25519.Identity.from_str(inputs.identity.reveal())
    return lambda: cpu(lambda: pyrage.decrypt((inputs.folder / "document.age").read_bytes(), [identity])[:READ])


def _place() -> int:
    return random.randrange(SIZE - READ)
