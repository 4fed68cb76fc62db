"""What it costs to have the packages: import time, and bytes to download."""

from __future__ import annotations

import gzip
import importlib.metadata
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from contest import Contender, Contest, Missing
from inputs import ROOT

SIZE_UNIT = "KB, less is better"


def contests() -> list[Contest]:
    return [
        Contest(
            theme="Python package",
            what="import",
            unit="ms, less is better",
            convert=lambda seconds: seconds * 1e3,
            ours=[Contender("sealwright", lambda: _import_time("sealwright"))],
            peers=[Contender("pyrage", lambda: _import_time("pyrage"))],
        ),
        _size("Python package", "wheel", _wheel, [Contender("pyrage, its installed files zipped", lambda: _zipped("pyrage"))]),
        _size("npm package", "seal.wasm, gzip -9", lambda: _gzipped("seal")),
        _size("npm package", "seal-pq.wasm, gzip -9", lambda: _gzipped("seal-pq")),
        _size("npm package", "gate.wasm, gzip -9", lambda: _gzipped("gate")),
        _size("npm package", "policy.wasm, gzip -9", lambda: _gzipped("policy")),
        _size("npm package", "policy-tools.wasm, gzip -9", lambda: _gzipped("policy-tools")),
        _size("npm package", "policy-reference.wasm, gzip -9", lambda: _gzipped("policy-reference")),
    ]


def _size(theme: str, what: str, measure: Callable[[], float], peers: Sequence[Contender] = ()) -> Contest:
    ours = [Contender("sealwright", measure)]
    return Contest(theme, what, SIZE_UNIT, lambda size: size / 1e3, ours, list(peers), rounds=1)


def _import_time(module: str) -> float:
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    process = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if process.returncode != 0:
        raise Missing(module)
    return int(process.stderr.splitlines()[-1].split("|")[1]) / 1e6


def _wheel() -> float:
    with tempfile.TemporaryDirectory() as folder:
        maturin = Path(sys.executable).with_name("maturin")
        subprocess.run([maturin, "build", "--release", "--quiet", "--out", folder], cwd=ROOT / "python", check=True)
        return next(Path(folder).glob("*.whl")).stat().st_size


def _zipped(package: str) -> float:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise Missing(package) from error
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in files:
            if "__pycache__" not in file.parts:
                wheel.write(file.locate(), str(file))
    return len(archive.getvalue())


def _gzipped(build: str) -> float:
    return len(gzip.compress((ROOT / f"wasm/js/dist/wasm/{build}.wasm").read_bytes(), 9))
