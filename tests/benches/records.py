"""Sealing and opening a column of 1 KiB values, in one batch."""

from __future__ import annotations

import os
from collections.abc import Callable

import sealwright as sw
from clock import cpu
from contest import Contender, Contest, missing
from inputs import Inputs
from worker import Worker

CPU = "k records a CPU second, more is better"
WALL = "k records/s, more is better"
COLUMN = "note"
COUNT = 4096
SIZE = 1024


def contests(inputs: Inputs, core: Worker, node: Worker) -> list[Contest]:
    def contest(what: str, unit: str, ours: list[Contender], peers: list[Contender]) -> Contest:
        return Contest("Records", what, unit, lambda seconds: 1e-3 / seconds, ours, peers, pinned=unit == CPU)

    ids = [f"patient-{ordinal:08}" for ordinal in range(COUNT)]
    values = [os.urandom(SIZE) for _ in range(COUNT)]
    collection = sw.Collection.create(recipients=[inputs.recipient], label={"document_id": "notes"})
    id_batch, value_batch = sw.Batch.of([name.encode() for name in ids]), sw.Batch.of(values)
    token_batch = collection.seal(COLUMN, id_batch, value_batch)
    tokens = token_batch.to_list()
    seal, opened = _pynacl(ids, values)
    return [
        contest(
            f"seal {COUNT:,} values of 1 KiB, one core",
            CPU,
            [
                core.cpu("core", "seal records"),
                _python("Python, batches", lambda: collection.seal(COLUMN, id_batch, value_batch).data),
                _python("Python, lists", lambda: collection.seal(COLUMN, ids, values)),
            ],
            [Contender("PyNaCl, value by value", seal)],
        ),
        contest(
            f"open {COUNT:,} values of 1 KiB, one core",
            CPU,
            [
                core.cpu("core", "open records"),
                _python("Python, batches", lambda: collection.open(COLUMN, id_batch, token_batch).data),
                _python("Python, lists", lambda: collection.open(COLUMN, ids, tokens)),
            ],
            [Contender("PyNaCl, value by value", opened)],
        ),
        contest("reseal under newer keys, one core", CPU, [core.cpu("core", "reseal records")], []),
        contest("blind index of 16 bytes, one core", CPU, [core.cpu("core", "blind index")], []),
        contest(f"seal {COUNT:,} values of 1 KiB", WALL, [node.wall("Node, batches", "seal records")], []),
        contest(f"open {COUNT:,} values of 1 KiB", WALL, [node.wall("Node, batches", "open records")], []),
    ]


def _python(name: str, work: Callable[[], object]) -> Contender:
    return Contender(name, lambda: cpu(work) / COUNT)


def _pynacl(ids: list[str], values: list[bytes]) -> tuple[Callable[[], float], Callable[[], float]]:
    """Returns libsodium's XChaCha20-Poly1305 over the same values, each bound to its id alone."""
    try:
        from nacl import bindings
    except ImportError:
        return missing("PyNaCl"), missing("PyNaCl")
    key = os.urandom(32)
    encrypt = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt
    decrypt = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt

    def seal() -> list[tuple[bytes, bytes]]:
        sealed = []
        for name, value in zip(ids, values, strict=True):
            nonce = os.urandom(24)
            sealed.append((nonce, encrypt(value, name.encode(), nonce, key)))
        return sealed

    tokens = seal()

    def opened() -> list[bytes]:
        return [decrypt(box, name.encode(), nonce, key) for name, (nonce, box) in zip(ids, tokens, strict=True)]

    return lambda: cpu(seal) / COUNT, lambda: cpu(opened) / COUNT
