"""Check that the corpus, its entity key and its labels agree with each other.

Usage: python3 tests/corpus/verify.py
Exits with status 1 and one line per problem if anything is wrong.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NOT_DOCUMENTS = {"README.md", "verify.py", "entities.jsonl", "labels.json", ".gitattributes"}
MIN_DOCS, MIN_ENTITIES = 66, 600
MIN_PER_TYPE = {"EMAIL_ADDRESS": 120, "PHONE_NUMBER": 90, "CREDIT_CARD": 30, "IBAN_CODE": 40}
MIN_PER_LANGUAGE = {"en": 18, "de": 18, "fr": 18}
CLASSIFICATIONS = {"public", "internal", "confidential", "restricted"}
PURPOSES = {"train", "retrieve", "analyse"}


def luhn(text: str) -> bool:
    """Return whether the digits of a card number pass the Luhn check."""
    digits = [int(c) for c in re.sub(r"\D", "", text)]
    doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]
    return len(digits) >= 12 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def mod97(text: str) -> bool:
    """Return whether an IBAN passes the ISO 7064 check (mod 97 = 1)."""
    iban = re.sub(r"\W", "", text)
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def check_entities(entities: list[dict], problems: list[str]) -> None:
    """Compare each entity with the bytes it points to, and its check digits."""
    order = [(e["file"], e["start"]) for e in entities]
    if order != sorted(set(order)):
        problems.append("entities.jsonl: not sorted by file and start, or a line stands twice")
    previous_file, previous_end = "", 0
    for line, e in enumerate(entities, 1):
        where = f"entities.jsonl:{line} ({e['file']})"
        path = ROOT / e["file"]
        if not path.is_file() or path.read_bytes()[e["start"] : e["end"]] != e["text"].encode():
            problems.append(f"{where}: {e['text']!r} is not at {e['start']}..{e['end']}")
        if e["file"] == previous_file and e["start"] < previous_end:
            problems.append(f"{where}: overlaps the entity before it")
        if e["entity"] == "CREDIT_CARD" and not luhn(e["text"]):
            problems.append(f"{where}: card {e['text']!r} fails Luhn")
        if e["entity"] == "IBAN_CODE" and not mod97(e["text"]):
            problems.append(f"{where}: IBAN {e['text']!r} fails mod 97")
        previous_file, previous_end = e["file"], e["end"]


def main() -> int:
    """Run all checks, print a summary and return the exit status."""
    problems: list[str] = []
    found = {p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*") if p.is_file()}
    documents = {p for p in found if "__pycache__" not in p} - NOT_DOCUMENTS
    lines = (ROOT / "entities.jsonl").read_text("utf-8").splitlines()
    entities = [json.loads(line) for line in lines]
    labels = json.loads((ROOT / "labels.json").read_text("utf-8"))

    check_entities(entities, problems)
    problems += [f"labels.json: no label for {p}" for p in sorted(documents - labels.keys())]
    problems += [f"labels.json: no such document: {p}" for p in sorted(labels.keys() - documents)]
    for path, label in labels.items():
        if label["classification"] not in CLASSIFICATIONS or not set(label["purposes"]) <= PURPOSES:
            problems.append(f"labels.json: unknown classification or purpose for {path}")

    types = Counter(e["entity"] for e in entities)
    languages = Counter(label["attributes"]["language"] for label in labels.values())
    wanted = [("documents", len(documents), MIN_DOCS), ("entities", len(entities), MIN_ENTITIES)]
    wanted += [(t, types[t], MIN_PER_TYPE.get(t, 0)) for t in sorted(types | MIN_PER_TYPE)]
    for k in sorted(languages | MIN_PER_LANGUAGE):
        wanted.append((f"language {k}", languages[k], MIN_PER_LANGUAGE.get(k, 0)))
    for name, count, least in wanted:
        print(f"{name:<16}{count:>6}" + (f"   (at least {least})" if least else ""))
        if count < least:
            problems.append(f"{name}: {count}, but at least {least} are required")
    for problem in problems:
        print(f"ERROR {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
