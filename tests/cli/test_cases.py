"""Runs every case of this folder: a `*.toml` file each.

A case runs in a fresh folder that holds `key.txt`, `other.txt` and `hybrid.txt` (identities), `recipients.txt` (of the
first), `policy/`, `plain.txt`, and documents sealed to `key.txt`: `sealed.age`, `armored.age`, `large.age` of three chunks. Its
tables:

- `comment`: what it shows.
- `[[file]]`: a file made before: `name` with `text` (where `PADDING` stands for `padding` letters), `vector` (the file
  of one under `tests/vectors`), or `copy` of another and then `cut` (how many bytes stay; negative counts from the end)
  or `flip` (the byte whose lowest bit is turned); or `symlink`, `hardlink`.
- `[[step]]`: a run of the command: `args`, where `{recipient}`, `{other}` and `{hybrid}` stand for public keys; `stdin` (text) or
  `stdin_file`; `stdout_to` (a path in place of a pipe); `env`; `exit`; `stdout` and `stderr`, each a list of regular
  expressions to be found; `json` and `json_error`, what the JSON object on stdout or stderr holds, among more.
- `[after]`: `absent` (names), `text` (name = text), `same` (name = name), `mode` (name = octal).

In every case nothing half written stays, and no step prints a trace.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import sealwright as sw

HERE = Path(__file__).parent
POLICY = HERE.parents[1] / "python" / "tests" / "policy"
SUBJECT = {"id": "ana@acme.example", "roles": ["analyst"], "amr": ["mfa"]}
LABEL = {"document_id": "d1", "classification": "internal", "purposes": ["analyse", "train"]}
TEXT = "Write to ana@acme.example.\n"

Case = dict[str, Any]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Makes what every case starts from."""
    stage = tmp_path_factory.mktemp("stage")
    shutil.copytree(POLICY, stage / "policy")
    identity, other = sw.Identity.generate(), sw.Identity.generate()
    (stage / "key.txt").write_text(identity.reveal() + "\n")
    (stage / "other.txt").write_text(other.reveal() + "\n")
    (stage / "hybrid.txt").write_text(sw.Identity.generate_pq().reveal() + "\n")
    (stage / "recipients.txt").write_text(f"# the team\n{identity.recipient}\n")
    (stage / "plain.txt").write_text(TEXT)
    gate = sw.Gate(sw.Policy.load(stage / "policy"), subject=SUBJECT, purpose="analyse")
    to = [identity.recipient]
    gate.seal(TEXT.encode(), recipients=to, label=LABEL, output=stage / "sealed.age")
    gate.seal(TEXT.encode(), recipients=to, label=LABEL, armor=True, output=stage / "armored.age")
    gate.seal(b"A line of text.\n" * 9375, recipients=to, label=LABEL, output=stage / "large.age")
    return stage


CASES = sorted(HERE.glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, stage: Path, tmp_path: Path) -> None:
    case: Case = tomllib.loads(path.read_text(encoding="utf-8"))
    folder = tmp_path / "case"
    shutil.copytree(stage, folder)
    for file in case.get("file", []):
        make(folder, file)
    assert case["step"], "a case has a step"
    for step in case["step"]:
        run(folder, step)
    after = case.get("after", {})
    for name in after.get("absent", []):
        assert not (folder / name).exists(), f"{name} is there"
    for name, text in after.get("text", {}).items():
        assert (folder / name).read_text(encoding="utf-8") == text
    for name, other in after.get("same", {}).items():
        assert (folder / name).read_bytes() == (folder / other).read_bytes()
    for name, mode in after.get("mode", {}).items():
        assert f"{(folder / name).stat().st_mode & 0o777:o}" == mode
    assert not list(folder.rglob("*.partial"))


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 30


def make(folder: Path, file: Case) -> None:
    """Makes a file that the case describes."""
    target = folder / file["name"]
    target.parent.mkdir(parents=True, exist_ok=True)
    match file:
        case {"symlink": other}:
            target.symlink_to(other)
        case {"hardlink": other}:
            os.link(folder / other, target)
        case {"text": text, "padding": size}:
            target.write_text(text.replace("PADDING", "a" * size), encoding="utf-8")
        case {"text": text}:
            target.write_text(text, encoding="utf-8")
        case {"vector": name}:
            vector = json.loads((HERE.parent / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
            target.write_bytes(base64.b64decode(vector["file"]))
        case {"copy": other, "cut": size}:
            target.write_bytes((folder / other).read_bytes()[:size])
        case {"copy": other, "flip": place}:
            content = bytearray((folder / other).read_bytes())
            content[place] ^= 1
            target.write_bytes(content)
        case _:
            raise AssertionError(f"unknown file: {file}")


def run(folder: Path, step: Case) -> None:
    """Runs the command once and compares."""
    assert step.keys() <= STEP, f"unknown in a step: {step.keys() - STEP}"
    keys = {name: str(sw.Identity.load(folder / f"{file}.txt")[0].recipient) for name, file in KEYS.items()}
    arguments = [argument.format(**keys) if argument in PLACES else argument for argument in step["args"]]
    given = (folder / step["stdin_file"]).read_bytes() if "stdin_file" in step else step.get("stdin", "").encode()
    output = open(folder / step["stdout_to"], "wb") if "stdout_to" in step else subprocess.PIPE
    done = subprocess.run(
        [sys.executable, "-m", "sealwright", *arguments],
        cwd=folder,
        input=given,
        stdout=output,
        stderr=subprocess.PIPE,
        env=environment(step),
        timeout=60,
        check=False,
    )
    if "stdout_to" in step:
        output.close()  # type: ignore[union-attr]
    stdout, stderr = (done.stdout or b"").decode(errors="replace"), done.stderr.decode(errors="replace")
    assert done.returncode == step["exit"], (stdout[-2000:], stderr)
    assert "Traceback" not in stderr
    for stream, wanted in ((stdout, step.get("stdout", [])), (stderr, step.get("stderr", []))):
        for pattern in wanted:
            assert re.search(pattern, stream, re.MULTILINE), (pattern, stream)
    for stream, expected in ((stdout, step.get("json")), (stderr, step.get("json_error"))):
        if expected is not None:
            assert_holds(json.loads(stream), expected)


STEP = {"args", "stdin", "stdin_file", "stdout_to", "env", "exit", "stdout", "stderr", "json", "json_error"}
KEYS = {"recipient": "key", "other": "other", "hybrid": "hybrid"}
PLACES = {f"{{{name}}}" for name in KEYS}


def environment(step: Case) -> dict[str, str]:
    """Returns the environment of a step: somebody who may, unless the case says otherwise."""
    default = {
        "SEALWRIGHT_POLICY": "policy",
        "SEALWRIGHT_SUBJECT": json.dumps(SUBJECT),
        "SEALWRIGHT_PURPOSE": "analyse",
        "SEALWRIGHT_ALLOW_UNSIGNED": "1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
    wanted = {**default, **step.get("env", {})}
    return {**inherited, **{name: value for name, value in wanted.items() if value != ""}}


def assert_holds(found: Any, expected: Any) -> None:
    """Compares JSON, where an object may hold more than is expected."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), found
        for key, value in expected.items():
            assert key in found, (key, found)
            assert_holds(found[key], value)
    else:
        assert found == expected
