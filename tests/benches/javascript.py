"""Encrypting and decrypting 64 MiB in Node."""

from __future__ import annotations

from contest import Contender, Contest
from inputs import SIZE
from sealing import WALL, throughput
from worker import Worker


def contests(node: Worker) -> list[Contest]:
    kernel = _contest(
        "encrypt 64 MiB within WebAssembly memory",
        [node.wall("sealwright, simd128", "kernel simd128")],
        [
            node.wall("the crate chacha20poly1305", "kernel crate"),
            node.wall("age-encryption (typage), from bytes to bytes", "typage encrypt"),
        ],
    )
    return [*(contest for task in ("encrypt", "decrypt") for contest in _contests(node, task)), kernel]


def _contests(node: Worker, task: str) -> list[Contest]:
    ours = "sealwright"
    typage = "age-encryption (typage)"
    libsodium = node.wall("libsodium.js, bare 64 KiB chunks", f"libsodium {task}")
    webcrypto = node.wall("WebCrypto AES-GCM, bare 64 KiB chunks", f"webcrypto {task}")
    return [
        _contest(f"{task} 64 MiB", [node.wall(ours, task)], [node.wall(typage, f"typage {task}"), libsodium, webcrypto]),
        _contest(
            f"{task} 64 MiB, from stream to stream",
            [node.wall(ours, f"{task} stream")],
            [node.wall(typage, f"typage {task} stream")],
        ),
        _contest(
            f"{task} 64 MiB by two workers",
            [node.wall(ours, f"{task} workers")],
            [node.wall("sealwright without workers", task)],
        ),
        _contest(
            f"{task} a file of 64 MiB by two workers",
            [node.wall(ours, f"{task} blob workers")],
            [node.wall("sealwright without workers", f"{task} blob")],
        ),
    ]


def _contest(what: str, ours: list[Contender], peers: list[Contender]) -> Contest:
    return Contest(theme="Node", what=what, unit=WALL, convert=throughput(SIZE), ours=ours, peers=peers, rounds=5)
