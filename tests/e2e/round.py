"""Takes documents through everything: Chromium seals and uploads them, the edge stores them and releases their keys, Python opens.

`make demo` runs it behind `demo.py`, on documents of the same folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import sealwright as sw
from demo import files, heading_of, planted, seen

UPLOADING = Path(__file__).with_name("upload.mjs")
MOST_DOCUMENTS = 5
LARGEST_SIZE = 1_000_000


@dataclass(frozen=True)
class Reader:
    """Signs in as a notebook of the demo's."""

    account: str
    role: str
    purpose: str
    action: str = "open"
    amr: tuple[str, ...] = ("pwd", "mfa")


READERS = (
    Reader("ana", "analyst", "analyse"),
    Reader("tom", "trainer", "train", action="train"),
    Reader("nell", "contractor", "analyse", amr=("pwd",)),
    Reader("rex", "analyst", "analyse"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus.resolve()
    console = Console(width=None if sys.stdout.isatty() else 140)
    texts = chosen(corpus)
    if not texts:
        console.print("No text of up to a megabyte is in the folder: nothing to take through the portal.")
        return 0
    with portal(texts) as started:
        if "missing" in started:
            console.print(f"From the portal through the edge: {started['missing']}.")
            return 0
        return Round(started, corpus, console).run()


def chosen(corpus: Path) -> list[Path]:
    """Returns a text out of each of the first folders, one in which something is found if there is one."""
    texts: dict[Path, tuple[bool, Path]] = {}
    for path in files(corpus):
        if path.parent not in texts and len(texts) == MOST_DOCUMENTS:
            break
        if not texts.get(path.parent, (True,))[0] or not 0 < path.stat().st_size <= LARGEST_SIZE:
            continue
        found = sw.scan(path)
        if found["scanned"]:
            texts[path.parent] = min(texts.get(path.parent, (True, path)), (found["total"] == 0, path))
    # By name, for that is how the page tells them apart.
    return list({path.name: path for _, path in texts.values()}.values())


@contextmanager
def portal(texts: list[Path]) -> Iterator[dict[str, Any]]:
    """Starts identity provider, edge and portal, has texts uploaded, and ends all of them behind it."""
    command = ["node", str(UPLOADING), *map(str, texts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout and process.stderr
        line = process.stdout.readline()
        if not line:
            sys.exit(f"nothing was uploaded:\n{process.stderr.read()}")
        yield json.loads(line)
        process.stdin.close()


class Round:
    """Opens through the edge what was uploaded."""

    def __init__(self, started: dict[str, Any], corpus: Path, console: Console) -> None:
        self.started, self.corpus, self.console = started, corpus, console
        self.stored = {Path(file).relative_to(corpus).as_posix(): object_id for file, object_id in started["stored"].items()}
        self.planted = planted(corpus / "entities.jsonl")
        self.failures: list[str] = []
        self.clients = {reader.account: self.client(reader.account) for reader in READERS}
        anyone = self.clients["ana"]
        self.policy = anyone.policy([started["policy_signer"]])
        self.senders: list[str] = anyone.configuration()["senders"]

    def run(self) -> int:
        table = Table(title="From the portal through the edge into Python", title_justify="left")
        table.add_column("uploaded by Chromium")
        for reader in READERS:
            table.add_column(heading_of(reader.account.title(), reader.purpose, reader.amr))
        for name, object_id in self.stored.items():
            table.add_row(name, *(self.opened(reader, name, object_id) for reader in READERS))
            table.add_section()
        self.console.print(table)
        self.look_at_the_edge()
        for failure in self.failures:
            self.console.print(f"[red]{failure}[/red]", soft_wrap=True)
        return 1 if self.failures else 0

    def client(self, account: str) -> sw.ReleaseClient:
        name = f"notebook-{account}"
        issuer, edge, secret = self.started["issuer"], self.started["edge"], self.started["clients"][name]
        token = sw.ClientCredentials(f"{issuer}/token", client_id=name, client_secret=secret, resource=edge)
        return sw.ReleaseClient(edge, token=token)

    def opened(self, reader: Reader, name: str, object_id: str) -> str:
        """Tells what a reader gets: who may not even fetch the document asks with what another one fetched."""
        client = self.clients[reader.account]
        try:
            document = client.fetch(object_id)
        except sw.Denied:
            document = self.clients["ana"].fetch(object_id)
            (answer,) = client.release([document], purpose=reader.purpose, action=reader.action)
            return ", ".join((answer.decision or {})["reasons"])
        subject = {"id": f"notebook-{reader.account}", "roles": [reader.role], "tenant": "acme", "amr": list(reader.amr)}
        gate = sw.Gate(self.policy, subject=subject, purpose=reader.purpose, trusted_senders=self.senders)
        try:
            with gate.open(document, release=client, action=reader.action) as opened:
                outcome, faults = seen(opened, (self.corpus / name).read_bytes(), self.planted.get(name, []))
        except sw.Denied as denied:
            return ", ".join(denied.decision["reasons"])
        self.failures += [f"{name}: {reader.account} {fault}" for fault in faults]
        return outcome

    def look_at_the_edge(self) -> None:
        """Searches all that the edge keeps for what was planted in the documents."""
        kept = [path.read_bytes() for path in Path(self.started["folder"]).rglob("*") if path.is_file()]
        texts = [text for name in self.stored for text in self.planted.get(name, [])]
        found = [text for text in texts if any(text in data for data in kept)]
        size = sum(map(len, kept))
        self.console.print(f"The edge keeps {size:,} bytes in {len(kept)} files; of {len(texts)} planted entities it has {len(found)} in clear.")
        if found:
            self.failures.append("the edge has plaintext")


if __name__ == "__main__":
    sys.exit(main())
