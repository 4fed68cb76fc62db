"""What is measured on: one folder that the contenders in every language read."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sealwright as sw

import rules

ROOT = Path(__file__).resolve().parents[2]
SIZE = 64 << 20
GRANTS = {"10k": 10_000, "100k": 100_000}
LONG_SIZE = 512 << 20
TEXT_SIZE = 16 << 20
REQUEST = ROOT / "tests/vectors/decision/analyst_opens_restricted.json"
READER = {"id": "ana@acme.example", "roles": ["analyst"], "tenant": "acme", "amr": ["pwd", "mfa"]}
LABEL = {
    "document_id": "bench-1",
    "media_type": "application/octet-stream",
    "classification": "internal",
    "purposes": ["analyse"],
    "tenant": "acme",
    "created_at": "2026-01-01T00:00:00Z",
}


@dataclass(frozen=True)
class Inputs:
    folder: Path
    identity: sw.Identity
    policy: sw.Policy
    modules: dict[str, str]
    data: dict[str, Any]
    request: dict[str, Any]
    plaintext: bytes
    document: bytes

    @property
    def recipient(self) -> str:
        return str(self.identity.recipient)


@contextmanager
def inputs() -> Iterator[Inputs]:
    """Fills a folder, in memory where the system has room there, and removes it."""
    shared = Path("/dev/shm")
    in_memory = shared.is_dir() and shutil.disk_usage(shared).free > 8 * LONG_SIZE
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-", dir=shared if in_memory else None) as folder:
        yield _filled(Path(folder))


def _filled(folder: Path) -> Inputs:
    identity = sw.Identity.generate()
    modules, data = _library()
    plaintext = os.urandom(SIZE)
    document = sw.encrypt(plaintext, recipients=[identity.recipient], label=LABEL)
    request = json.loads(REQUEST.read_text())["request"]
    listed = [{"path": path, "text": text} for path, text in modules.items()]
    source = {"name": "sealwright", "revision": "1", "modules": listed, "data": data}
    (folder / "plaintext").write_bytes(plaintext)
    (folder / "document.age").write_bytes(document)
    (folder / "long").write_bytes(plaintext * (LONG_SIZE // SIZE))
    sw.encrypt(folder / "long", recipients=[identity.recipient], label=LABEL, output=folder / "long.age")
    (folder / "identity.txt").write_text(f"{identity.reveal()}\n")
    (folder / "policy.json").write_text(json.dumps(source))
    (folder / "request.json").write_text(request)
    (folder / "text").write_bytes(_corpus())
    for name, grants in GRANTS.items():
        (folder / f"rules-{name}.json").write_text(json.dumps(rules.policy(grants)))
    (folder / "questions.jsonl").write_text("\n".join(json.dumps(asked) for asked in rules.requests()))
    (folder / "rules.cedar").write_text(rules.cedar())
    (folder / "cedar.jsonl").write_text("\n".join(json.dumps(rules.cedar_request(asked)) for asked in rules.requests()))
    policy = sw.Policy(modules, data, name="sealwright", revision="1")
    return Inputs(folder, identity, policy, modules, data, json.loads(request), plaintext, document)


def _library() -> tuple[dict[str, str], dict[str, Any]]:
    root = ROOT / "policies"
    files = sorted(path for path in root.rglob("*.rego") if not path.name.endswith("_test.rego"))
    return {str(path.relative_to(root)): path.read_text() for path in files}, json.loads((root / "data.json").read_text())


def _corpus() -> bytes:
    """Returns the corpus's text documents, one after the other, over and over."""
    own = {"README.md", "entities.jsonl", "labels.json", "verify.py", ".gitattributes"}
    documents = []
    for path in sorted((ROOT / "tests/corpus").rglob("*")):
        if path.is_file() and path.name not in own:
            found = path.read_bytes()
            if sw.scan(found)["scanned"]:
                documents.append(found)
    text = b"\n".join(documents)
    return (text * -(-TEXT_SIZE // len(text)))[:TEXT_SIZE].rsplit(b"\n", 1)[0]
