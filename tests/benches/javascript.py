"""Encrypting and decrypting 64 MiB in Node."""

from __future__ import annotations

from contest import Contest
from sealing import WALL, throughput
from worker import Worker


def contests(node: Worker) -> list[Contest]:
    return [
        Contest(
            theme="Node",
            what=f"{task} 64 MiB",
            unit=WALL,
            convert=throughput,
            ours=[node.wall("sealwright", task)],
            peers=[
                node.wall("age-encryption (typage)", f"typage {task}"),
                node.wall("WebCrypto AES-GCM, bare 64 KiB chunks", f"webcrypto {task}"),
            ],
            rounds=5,
        )
        for task in ("encrypt", "decrypt")
    ]
