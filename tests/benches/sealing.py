"""Encrypting and decrypting: whole processes, which take long enough for their start not to count, and in Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import sealwright as sw
from clock import cpu, cpu_of_command, wall_of_command
from contest import Contender, Contest, Missing, missing
from inputs import LONG_SIZE, SIZE, Inputs
from worker import Worker

CHUNK = 64 << 10
# What the system's memory allocator has at hand again, and what it asks the system for each time.
IN_PROCESS_SIZES = (16 << 20, SIZE)
WALL = "MB/s, more is better"
CPU = "MB a CPU second, more is better"

SINK = Path("(sink)")
NOWHERE = Path("/dev/null")
# How it is said, where it goes if not to a file of its own, whether it is one core with one core.
KINDS = (
    ("to nowhere, one core", NOWHERE, True),
    ("to nowhere, all cores", NOWHERE, False),
    ("to a file, one core", None, True),
    ("to a file, all cores", None, False),
)


def throughput(size: int) -> Callable[[float], float]:
    return lambda seconds: size / 1e6 / seconds


def contests(inputs: Inputs, cli: Path, core: Worker, core_on_all: Worker, age_crate: Worker) -> list[Contest]:
    return [*_processes(inputs, cli), *_in_memory(inputs, core, core_on_all), *_in_process(inputs, core, age_crate)]


def _processes(inputs: Inputs, cli: Path) -> list[Contest]:
    folder = inputs.folder
    plaintext, document, identity = folder / "long", folder / "long.age", folder / "identity.txt"
    ours, peer = folder / "ours", folder / "peer"
    tasks: dict[str, list[str | Path]] = {
        "encrypt": [cli, "encrypt", inputs.recipient, plaintext, SINK],
        "decrypt": [cli, "decrypt", identity, document, SINK],
    }
    peers = _age(inputs)
    return [
        Contest(
            theme="Whole process",
            what=f"{task} 512 MiB {kind}",
            unit=CPU if pinned else WALL,
            convert=throughput(LONG_SIZE),
            ours=[Contender("core, streaming", _process([*command, threads(pinned)], sink or ours, pinned))],
            peers=[Contender("age CLI", _process(peers[task], sink or peer, pinned))],
            pinned=pinned,
            rounds=11,
        )
        for kind, sink, pinned in KINDS
        for task, command in tasks.items()
    ]


def _age(inputs: Inputs) -> dict[str, list[str | Path]]:
    folder = inputs.folder
    return {
        "encrypt": ["age", "-r", inputs.recipient, "-o", SINK, folder / "long"],
        "decrypt": ["age", "-d", "-i", folder / "identity.txt", "-o", SINK, folder / "long.age"],
    }


def threads(pinned: bool) -> str:
    return "1" if pinned else str(os.cpu_count())


def _process(command: list[str | Path], sink: Path, pinned: bool) -> Callable[[], float]:
    def once() -> float:
        if shutil.which(command[0]) is None:
            raise Missing(str(command[0]))
        if sink != NOWHERE:
            sink.unlink(missing_ok=True)
        return (cpu_of_command if pinned else wall_of_command)([sink if part == SINK else part for part in command])

    return once


def _in_memory(inputs: Inputs, core: Worker, core_on_all: Worker) -> list[Contest]:
    """Compares streams of 64 MiB in memory, 512 MiB in all, with the command on as much from a cached file to nowhere."""
    peers = _age(inputs)
    return [
        Contest(
            theme="In process",
            what=f"{task} 8 × 64 MiB as streams, {'one core' if pinned else 'all cores'}",
            unit=CPU if pinned else WALL,
            convert=throughput(LONG_SIZE),
            ours=[_as_long(core.cpu("core", task) if pinned else core_on_all.wall("core", f"{task} on all cores"))],
            peers=[Contender("age CLI, whole process", _process(peers[task], NOWHERE, pinned))],
            pinned=pinned,
        )
        for pinned in (True, False)
        for task in peers
    ]


def _as_long(contender: Contender) -> Contender:
    return Contender(contender.name, lambda: sum(contender.once() for _ in range(LONG_SIZE // SIZE)))


def _in_process(inputs: Inputs, core: Worker, age_crate: Worker) -> list[Contest]:
    tasks = ("encrypt", "decrypt")
    streaming = [
        Contest(
            theme="In process",
            what=f"{task} 64 MiB as a stream, one core",
            unit=CPU,
            convert=throughput(SIZE),
            ours=[core.cpu("core", task)],
            peers=[age_crate.cpu("age crate", task)],
            pinned=True,
        )
        for task in tasks
    ]
    return [*streaming, *(_whole(inputs, task, size) for size in IN_PROCESS_SIZES for task in tasks)]


def _whole(inputs: Inputs, task: str, size: int) -> Contest:
    plaintext = inputs.plaintext[:size]
    document = sw.encrypt(plaintext, recipients=[inputs.identity.recipient])
    work = {
        "encrypt": lambda: sw.encrypt(plaintext, recipients=[inputs.identity.recipient]),
        "decrypt": lambda: sw.decrypt(document, identities=[inputs.identity]),
    }
    return Contest(
        theme="In process",
        what=f"{task} {size >> 20} MiB, one core",
        unit=CPU,
        convert=throughput(size),
        ours=[Contender("Python", _timer(work[task]))],
        peers=[
            Contender("pyrage", _pyrage(inputs, task, plaintext, document)),
            Contender("PyCA, bare 64 KiB chunks", _pyca(task, plaintext)),
        ],
        pinned=True,
    )


def _pyrage(inputs: Inputs, task: str, plaintext: bytes, document: bytes) -> Callable[[], float]:
    try:
        import pyrage
    except ImportError:
        return missing("pyrage")
    recipient = pyrage.x25519.Recipient.from_str(inputs.recipient)
    identity = pyrage.x25519.Identity.from_str(inputs.identity.reveal())
    work = {
        "encrypt": lambda: pyrage.encrypt(plaintext, [recipient]),
        "decrypt": lambda: pyrage.decrypt(document, [identity]),
    }
    return _timer(work[task])


def _pyca(task: str, plaintext: bytes) -> Callable[[], float]:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    except ImportError:
        return missing("cryptography")
    cipher = ChaCha20Poly1305(os.urandom(32))
    view = memoryview(plaintext)
    starts = range(0, len(plaintext), CHUNK)
    chunks = [(start.to_bytes(12, "big"), view[start : start + CHUNK]) for start in starts]
    if task == "encrypt":
        return _timer(lambda: [cipher.encrypt(nonce, chunk, None) for nonce, chunk in chunks])
    sealed = [(nonce, cipher.encrypt(nonce, chunk, None)) for nonce, chunk in chunks]
    return _timer(lambda: [cipher.decrypt(nonce, chunk, None) for nonce, chunk in sealed])


def _timer(work: Callable[[], object]) -> Callable[[], float]:
    return lambda: cpu(work)
