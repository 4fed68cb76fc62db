"""`Worker`: a process in another language that measures one task at a time, so that its turns can be interleaved."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clock import cpu_of
from contest import Contender, Missing, cores
from inputs import ROOT


class Worker:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def cpu(self, name: str, task: str) -> Contender:
        """Returns a contender measured in CPU seconds."""

        def once() -> float:
            start = cpu_of(self._process.pid)
            operations = self._ask(task)["operations"]
            return (cpu_of(self._process.pid) - start) / operations

        return Contender(name, once)

    def wall(self, name: str, task: str) -> Contender:
        """Returns a contender measured in seconds on its own clock."""

        def once() -> float:
            answer = self._ask(task)
            return answer["seconds"] / answer["operations"]

        return Contender(name, once)

    def _ask(self, task: str) -> dict[str, float]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{task}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a worker ended at `{task}`")
        answer: dict[str, Any] = json.loads(line)
        if "missing" in answer:
            raise Missing(answer["missing"])
        return answer


@contextmanager
def worker(*command: str | Path, pinned: bool = False) -> Iterator[Worker]:
    with cores(1 if pinned else None):
        started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with started as process:
        yield Worker(process)
        assert process.stdin
        process.stdin.close()


def built(*benches: str) -> list[Path]:
    """Builds Rust benches in release, and returns where cargo put them."""
    artifacts = _built(ROOT, "--package", "sealwright-tests", *(part for bench in benches for part in ("--bench", bench)))
    return [artifacts[bench] for bench in benches]


def built_peer() -> Path:
    """Builds the `age` crate's worker in release, which is a workspace of its own, and returns where cargo put it."""
    return _built(ROOT / "tests/benches/peer")["sealwright-bench-peer"]


def _built(workspace: Path, *options: str) -> dict[str, Path]:
    command = ["cargo", "build", "--release", "--locked", *options, "--message-format", "json-render-diagnostics"]
    environment = {"CARGO_TARGET_DIR": str(ROOT / "target"), **os.environ}
    output = subprocess.run(command, cwd=workspace, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    messages = [json.loads(line) for line in output.splitlines()]
    return {message["target"]["name"]: Path(message["executable"]) for message in messages if message.get("executable")}
