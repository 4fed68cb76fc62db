"""`Worker`: a process in another language that measures one task at a time, so that its turns can be interleaved."""

from __future__ import annotations

import json
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
    with (
        cores(1 if pinned else None),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        yield Worker(process)
        assert process.stdin
        process.stdin.close()


def built(*benches: str) -> list[Path]:
    """Builds Rust benches in release, and returns where cargo put them."""
    command = ["cargo", "build", "--release", "--locked", "--package", "sealwright-tests"]
    command += [part for bench in benches for part in ("--bench", bench)]
    command += ["--message-format", "json-render-diagnostics"]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = [json.loads(line) for line in output.splitlines()]
    artifacts = {message["target"]["name"]: message for message in messages if message.get("executable")}
    return [Path(artifacts[bench]["executable"]) for bench in benches]
