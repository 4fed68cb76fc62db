"""The package: what it imports, exports, weighs and says of its types."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import sealwright as sw
from sealwright import _core

CONFIGURATION = Path(__file__).parent.parent / "pyproject.toml"
HEAVY = ["asyncio", "click", "dataclasses", "email", "inspect", "numpy", "pathlib", "rich", "socket", "subprocess"]
HEAVY += ["tempfile", "typing", "typing_extensions", "urllib", "zipfile"]


def python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout


def test_importing_it_imports_little() -> None:
    # -S: what `site` imports for other packages is not ours. The search path is handed on instead.
    program = (
        f"import sys; sys.path[:] = {sys.path!r}; before = set(sys.modules); import sealwright; "
        "print(*sorted(set(sys.modules) - before))"
    )
    imported = python("-S", "-c", program).split()
    assert [name for name in imported if name.partition(".")[0] in HEAVY] == []
    assert len(imported) < 64, imported


def test_the_command_imports_rich_only_for_long_work() -> None:
    program = "import sys; from sealwright.cli.app import run; run(['--version']); print('rich' in sys.modules)"
    assert python("-c", program).split()[-1] == "False"


def test_everything_exported_is_there_and_documented() -> None:
    for name in sw.__all__:
        assert getattr(sw, name).__doc__, name
        assert getattr(sw, name).__module__.startswith("sealwright"), name


def test_every_handle_is_final_and_made_only_by_the_core() -> None:
    handles = [value for value in vars(_core).values() if isinstance(value, type)]
    assert handles
    for handle in handles:
        with pytest.raises(TypeError):
            type("Sub", (handle,), {})


def test_the_stubs_are_what_the_extension_is() -> None:
    environment = {**os.environ, "MYPY_FORCE_COLOR": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "--mypy-config-file", str(CONFIGURATION), "sealwright"],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_typed_strictly() -> None:
    folder = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the wheel that `SEALWRIGHT_WHEEL` names, or builds it."""
    if named := os.environ.get("SEALWRIGHT_WHEEL"):
        return Path(named)
    out = tmp_path_factory.mktemp("wheel")
    folder = Path(__file__).parent.parent
    build = [sys.executable, "-m", "maturin", "build", "--release", "--quiet", "--out", str(out)]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_is_small_and_holds_the_package_only(wheel: Path) -> None:
    assert wheel.stat().st_size < 8_000_000
    assert "-cp311-abi3-" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    assert {"sealwright/py.typed", "sealwright/_core.pyi", "sealwright/sandbox.wasm", "sealwright/sandbox.cwasm"} <= set(names)
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"sealwright"}
