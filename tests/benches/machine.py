"""What the figures hold for: the machine, and the versions of the peers."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Callable
from pathlib import Path

import sealwright as sw
from inputs import ROOT

FLAGS = ("avx2", "avx512f", "avx512ifma", "vaes")


def machine() -> list[str]:
    """Returns a line for each fact; none names the machine."""
    return [
        f"{os.cpu_count()} cores, {platform.machine()}, {', '.join(_flags()) or 'no vector extension known'}",
        f"load average before: {os.getloadavg()[0]:.1f}",
    ]


def versions() -> list[str]:
    found = {
        "sealwright": lambda: sw.__version__,
        "Python": platform.python_version,
        "Node": lambda: _output("node", "--version"),
        "rustc": lambda: _output("rustc", "--version").split()[1],
        "age CLI": lambda: _output("age", "--version"),
        "age-encryption": lambda: _installed("conformance/js", "age-encryption"),
        "libsodium.js": lambda: _installed("benches", "libsodium-wrappers"),
        "pynacl": lambda: importlib.metadata.version("pynacl"),
        "pyrage": lambda: importlib.metadata.version("pyrage"),
        "cryptography": _pyca,
        "regopy": lambda: importlib.metadata.version("regopy"),
    }
    return [f"{name} {_or_missing(version)}" for name, version in found.items()]


def _flags() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return [flag for flag in FLAGS if flag in flags]


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip().removeprefix("v")


def _installed(folder: str, package: str) -> str:
    text = (ROOT / "tests" / folder / "node_modules" / package / "package.json").read_text()
    return str(json.loads(text)["version"])


def _pyca() -> str:
    from cryptography.hazmat.backends.openssl import backend

    return f"{importlib.metadata.version('cryptography')} on {backend.openssl_version_text()}"


def _or_missing(version: Callable[[], str]) -> str:
    try:
        return version()
    except (ImportError, OSError):
        return "not installed: left out"
