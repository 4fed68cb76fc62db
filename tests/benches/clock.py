"""The clocks: CPU time where one core is compared with one core, so that a busy machine counts for nothing; else wall time."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def cpu(work: Callable[[], object]) -> float:
    """Returns how many CPU seconds `work` takes; what it made is dropped outside."""
    start = time.process_time()
    made = work()
    seconds = time.process_time() - start
    del made
    return seconds


def cpu_of(pid: int) -> float:
    """Returns how many CPU seconds another process has used: Linux's clock of it, as `clock_getcpuclockid` makes it."""
    return time.clock_gettime((~pid << 3) | 2)


def cpu_of_command(command: Sequence[str | Path]) -> float:
    """Returns how many CPU seconds a command takes from its start to its end."""
    start = _cpu_of_children()
    subprocess.run(command, check=True)
    return _cpu_of_children() - start


def wall_of_command(command: Sequence[str | Path]) -> float:
    """Returns how many seconds a command takes from its start to its end."""
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
