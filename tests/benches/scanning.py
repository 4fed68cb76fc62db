"""Scanning the corpus's text for personal data."""

from __future__ import annotations

import sealwright as sw
from clock import cpu
from contest import Contender, Contest
from inputs import Inputs
from sealing import CPU
from worker import Worker


def contests(inputs: Inputs, core: Worker, node: Worker) -> list[Contest]:
    text = (inputs.folder / "text").read_bytes()
    return [
        Contest(
            theme="Scan",
            what=f"{len(text) / 1e6:.1f} MB of the corpus, one core",
            unit=CPU,
            convert=lambda seconds: len(text) / 1e6 / seconds,
            ours=[
                core.cpu("core", "scan"),
                Contender("Python", lambda: cpu(lambda: sw.scan(text))),
                node.cpu("Node", "scan"),
            ],
            no_peer="Presidio installs 366 MB: left out",
            pinned=True,
        )
    ]
