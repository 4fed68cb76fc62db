"""Seals a folder under the policy library and shows who may open what.

`make demo` runs it on `tests/corpus`; `make demo CORPUS=some/folder` on any folder of any files.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import sealwright as sw

ROOT = Path(__file__).resolve().parents[2]
SCANNED = ("EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE")
MOST_FOLDERS = 15
MOST_ROWS = 30
LARGE_SIZE = 20_000_000
TIMELY = "2024-06-03T09:00:00Z"
CONTRIBUTOR = {"id": "intake@acme.example", "type": "service", "roles": ["contributor"], "tenant": "acme", "amr": ["mfa"]}


@dataclass
class Person:
    name: str
    subject: dict[str, Any]
    purpose: str
    action: str = "open"
    opened: int = 0
    masked: int = 0


@dataclass
class Row:
    """One line of the table: the documents of a folder with one classification."""

    documents: int = 0
    size: int = 0
    findings: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)


def people() -> list[Person]:
    def person(name: str, purpose: str, *, amr: list[str], action: str = "open") -> Person:
        subject = {"id": f"{name.lower()}@acme.example", "roles": [name.lower()], "tenant": "acme", "amr": amr}
        return Person(name, subject, purpose, action)

    return [
        person("Analyst", "analyse", amr=["pwd", "mfa"]),
        person("Trainer", "train", amr=["pwd", "mfa"], action="train"),
        person("Contractor", "retrieve", amr=["pwd"]),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="where the sealed folder is left")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140)
    corpus = arguments.corpus
    if not corpus.is_dir():
        console.print(f"[red]`{corpus}` is not a folder[/red]")
        return 2
    demo = Demo(corpus.resolve(), arguments.out.resolve(), console)
    return demo.run()


class Demo:
    def __init__(self, corpus: Path, out: Path, console: Console) -> None:
        self.corpus, self.out, self.console = corpus, out, console
        self.policy = sw.Policy.load(ROOT / "policies", name="sealwright", revision="1")
        self.identity = sw.Identity.generate()
        self.signer = sw.Signer.generate("intake")
        self.labels: dict[str, Any] = read_json(corpus / "labels.json", {})
        self.planted = planted(corpus / "entities.jsonl")
        self.people = people()
        self.rows: dict[tuple[str, str], Row] = {}
        self.refused: Counter[str] = Counter()
        self.failures: list[str] = []

    def run(self) -> int:
        self.prepare()
        sources = self.sources()
        self.by_kind = len({name.split("/")[0] for name, _ in sources}) > MOST_FOLDERS
        with Progress(console=self.console, transient=True, disable=not self.console.is_terminal) as progress:
            task = progress.add_task("seal and open", total=len(sources))
            for name, path in sources:
                self.document(name, path)
                progress.advance(task)
        self.show()
        self.open_with_age()
        for failure in self.failures:
            self.console.print(f"[red]{failure}[/red]", soft_wrap=True)
        return 1 if self.failures else 0

    def prepare(self) -> None:
        if self.out.exists():
            if not (self.out / "identity.txt").exists():
                sys.exit(f"`{self.out}` exists and is not a folder of an earlier run: remove it or set DEMO_OUT")
            shutil.rmtree(self.out)
        self.sealed = self.out / "sealed"
        self.sealed.mkdir(parents=True)
        (self.out / "identity.txt").touch(mode=0o600)
        (self.out / "identity.txt").write_text(f"{self.identity.reveal()}\n")

    def sources(self) -> list[tuple[str, Path]]:
        """Lists the corpus's regular files, and for the default corpus one large file made now."""
        paths = [path for path in files(self.corpus) if not path.is_relative_to(self.out)]
        sources = [(path.relative_to(self.corpus).as_posix(), path) for path in paths]
        if self.planted:
            large = self.out / "export.csv"
            write_large(large)
            sources.append(("crm/export.csv", large))
        return sources

    def document(self, name: str, path: Path) -> None:
        target = self.sealed / f"{name}.age"
        target.parent.mkdir(parents=True, exist_ok=True)
        found = scan(path)
        label = self.label(name, found)
        # What is past its time by now was sealed in time.
        clock = {"clock": lambda: TIMELY} if label.get("retain_until", TIMELY) < "2026" else {}
        gate = sw.Gate(self.policy, subject=CONTRIBUTOR | {"tenant": label["tenant"]}, **clock)
        try:
            gate.seal(path, recipients=[self.identity.recipient], label=label, signer=self.signer, output=target)
        except sw.Denied as denied:
            self.refused.update(denied.decision["reasons"])
            return
        except sw.SealwrightError as error:
            self.refused[error.code] += 1
            return
        row = self.rows.setdefault((self.group(name), label["classification"]), Row())
        row.documents += 1
        row.size += path.stat().st_size
        row.findings += found["total"]
        for person in self.people:
            row.outcomes.setdefault(person.name, Counter())[self.open_as(person, name, target, path)] += 1

    def group(self, name: str) -> str:
        """Returns the table's row: the folder, or where there are many, the kind of file."""
        if self.by_kind:
            return Path(name).suffix.lower() or "(none)"
        return name.split("/")[0] if "/" in name else "."

    def label(self, name: str, found: dict[str, Any]) -> dict[str, Any]:
        """Returns the data owner's label, or for an unknown folder one that follows what the scan finds."""
        known = self.labels.get(name)
        if known is not None:
            return {"document_id": name, **known}
        return {
            "document_id": name[-256:],
            "classification": "confidential" if found["total"] else "internal",
            # What cannot be scanned cannot be masked, so it is not for training.
            "purposes": ["retrieve", "analyse", *(["train"] if found["scanned"] else [])],
            "tenant": "acme",
            "media_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        }

    def open_as(self, person: Person, name: str, target: Path, source: Path) -> str:
        trusted = [self.signer.verifier]
        gate = sw.Gate(self.policy, subject=person.subject, purpose=person.purpose, trusted_senders=trusted)
        try:
            with gate.open(target, identities=[self.identity], action=person.action) as document:
                outcome, faults = seen(document, source.read_bytes(), self.planted.get(name, []))
        except sw.Denied as denied:
            return ", ".join(denied.decision["reasons"])
        except sw.SealwrightError as error:
            return error.code
        self.failures += [f"{name}: {person.name} {fault}" for fault in faults]
        return outcome

    def show(self) -> None:
        table = Table(title=f"{self.corpus.name}: who may open what", title_justify="left")
        for heading in ("kind" if self.by_kind else "folder", "classification"):
            table.add_column(heading)
        for heading in ("documents", "MB", "findings"):
            table.add_column(heading, justify="right")
        for person in self.people:
            table.add_column(heading_of(person.name, person.purpose, person.subject["amr"]))
        largest = sorted(self.rows.items(), key=lambda item: -item[1].documents)[:MOST_ROWS]
        for (folder, classification), row in sorted(largest):
            cells = ["\n".join(f"{count} {what}" for what, count in row.outcomes[person.name].most_common()) for person in self.people]
            table.add_row(folder, classification, str(row.documents), f"{row.size / 1e6:.2f}", str(row.findings), *cells)
            table.add_section()
        self.console.print(table)
        if len(self.rows) > len(largest):
            self.console.print(f"… and {len(self.rows) - len(largest)} smaller rows")
        documents = sum(row.documents for row in self.rows.values())
        self.console.print(f"{documents} documents sealed; what was opened in clear is byte for byte what was sealed.")
        for reason, count in self.refused.most_common():
            self.console.print(f"not sealed: {count} × {reason}")
        self.console.print(f"The sealed folder and its identity are in {self.out}", soft_wrap=True)

    def open_with_age(self) -> None:
        """Opens one document with stock age, if this machine has it."""
        age = shutil.which("age")
        sealed = next((path for path in sorted(self.sealed.rglob("*.age")) if path.is_file()), None)
        if age is None or sealed is None:
            self.console.print("Stock `age` is not installed here: left out.")
            return
        name = sealed.relative_to(self.sealed).as_posix().removesuffix(".age")
        command = [age, "--decrypt", "--identity", str(self.out / "identity.txt"), str(sealed)]
        opened = subprocess.run(command, capture_output=True, check=False)
        same = opened.returncode == 0 and opened.stdout == sw.decrypt(sealed, identities=[self.identity])
        self.console.print(f"Stock `age` opens {name}: {'the same bytes' if same else 'NO'}")
        if not same:
            self.failures.append(f"{name}: stock age did not open it: {opened.stderr.decode(errors='replace')}")


def files(corpus: Path) -> list[Path]:
    """Lists a folder's regular files, in order; of the default corpus, its documents."""
    own = {"README.md", "entities.jsonl", "labels.json", "verify.py", ".gitattributes"} if (corpus / "entities.jsonl").exists() else set()
    regular = sorted(path for path in corpus.rglob("*") if not path.is_symlink() and path.is_file())
    return [path for path in regular if path.relative_to(corpus).as_posix() not in own]


def heading_of(name: str, purpose: str, amr: Iterable[str]) -> str:
    """Heads a reader's column."""
    return f"{name}\nto {purpose}{'' if 'mfa' in amr else ', no MFA'}"


def seen(document: sw.Document, original: bytes, entities: list[bytes]) -> tuple[str, list[str]]:
    """Returns how a reader sees an opened document, and what is wrong with that."""
    plaintext = document.read()
    if not any(duty["type"] == "transform" for duty in document.decision["obligations"]):
        return "opened", [] if plaintext == original else ["got other bytes than were sealed"]
    leaked = sum(text in plaintext for text in entities)
    return "opened, masked", [f"saw {leaked} planted entities that should be masked"] if leaked else []


def read_json(path: Path, default: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else default


def planted(path: Path) -> dict[str, list[bytes]]:
    """Returns, for each file of the default corpus, the planted texts that the scanner is to find."""
    entities: dict[str, list[bytes]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            entity = json.loads(line)
            if entity["entity"] in SCANNED:
                entities.setdefault(entity["file"], []).append(entity["text"].encode())
    return entities


def write_large(path: Path) -> None:
    """Writes 20 MB of customer rows, the same at every run."""
    draw = random.Random(20)
    with path.open("w", encoding="utf-8") as file:
        file.write("number,customer,mail,amount\n")
        row = 0
        while file.tell() < LARGE_SIZE:
            for _ in range(1000):
                row += 1
                file.write(f"{row},customer {draw.randrange(10**6)},c{row}@customers.example,{draw.randrange(10**5) / 100:.2f}\n")


def scan(path: Path) -> dict[str, Any]:
    """Returns what a file holds; one that cannot be read holds nothing, and sealing it will say why."""
    try:
        return sw.scan(path)
    except sw.FileError:
        return {"scanned": False, "entities": {}, "total": 0}


if __name__ == "__main__":
    sys.exit(main())
