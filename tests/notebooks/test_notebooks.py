"""The notebooks run from beginning to end, and leave nothing in clear behind."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "python" / "notebooks"


def run(name: str, scratch: Path, **variables: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    folders = {"TMPDIR": str(scratch / "tmp"), "SEALWRIGHT_SCRATCH": str(scratch / "kept"), "SEALWRIGHT_ROOT": str(ROOT)}
    for folder in ("tmp", "kept"):
        (scratch / folder).mkdir()
    environment = {**os.environ, **folders, "IPYTHONDIR": str(scratch / "tmp" / "ipython"), **variables}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(scratch)}})
    client.execute(env=environment)
    return notebook


def planted() -> set[bytes]:
    lines = (ROOT / "tests" / "corpus" / "entities.jsonl").read_text().splitlines()
    return {text.encode() for text in (json.loads(line)["text"] for line in lines if line) if len(text) > 5}


def in_clear(folder: Path) -> list[str]:
    entities = planted()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(text in path.read_bytes() for text in entities)]


def test_a_corpus_is_sealed(tmp_path: Path) -> None:
    run("1-seal-a-corpus.ipynb", tmp_path)


def test_nothing_of_the_index_and_the_training_set_is_in_clear(tmp_path: Path) -> None:
    run("3-retrieval-and-training.ipynb", tmp_path)
    kept = tmp_path / "kept"
    assert {path.name for path in kept.iterdir()} == {"huggingface", "store", "train"}
    assert in_clear(tmp_path) == []


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Starts identity provider, edge and portal, and returns the file of the notebooks' credentials."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    clients = tmp_path_factory.mktemp("demo") / "clients.json"
    command = ["node", str(ROOT / "wasm/portal/demo/start.js"), "--port", str(port), "--clients", str(clients)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as started:
        try:
            end = time.monotonic() + 60
            while not clients.exists() and started.poll() is None and time.monotonic() < end:
                time.sleep(0.1)
            assert clients.exists(), "the demo did not start"
            yield clients
        finally:
            started.terminate()


def test_a_document_is_opened_through_the_edge(tmp_path: Path, demo: Path) -> None:
    notebook = run("2-open-through-the-edge.ipynb", tmp_path, SEALWRIGHT_CLIENTS=str(demo))
    printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert "write to <EMAIL_ADDRESS>" in printed
    for said in ("'mfa_required'", "rex: ['subject_revoked']", "loosened: sender_missing"):
        assert said in printed


@pytest.fixture(autouse=True)
def _looking_finds_what_is_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("clear")
    (folder / "leak").write_bytes(b"-" + next(iter(planted())) + b"-")
    assert in_clear(folder) == ["leak"]
