"""Policies that filters are tried with: those of `test_filter`, the library's topics, and some that a seed generates."""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sealwright import Filter, Policy, PolicyError

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "python" / "tests"))
from test_filter import ANA, CONTEXT, RULES, policy

LIBRARY = ROOT / "policies"
GENERATED = 20
SEED = 20_261_121

DEPTH = 3

# How the library is set up besides as it comes: the filters of its retrieval say more then.
STRICT = {"retrieval": {"every_document_ends": True, "match": {"unit": "unit"}}}


@dataclass(frozen=True)
class Asked:
    """A policy, and who asks it for what."""

    name: str
    policy: Policy
    subject: dict[str, Any]
    action: str
    context: dict[str, str]

    def filter(self) -> Filter | None:
        """Returns the policy's filter, or nothing where no condition says it."""
        try:
            return self.policy.filter(subject=self.subject, action=self.action, context=self.context)
        except PolicyError as refused:
            if refused.code != "filter_unsupported":
                raise
            return None

    def request(self, label: dict[str, Any]) -> dict[str, Any]:
        """Returns what is decided about a document: a filter's question with the document in it."""
        return {
            "subject": {"type": "user", **self.subject},
            "action": {"name": self.action},
            "context": self.context,
            "resource": {"type": "document", "id": "d", "properties": label},
        }


def asked() -> Iterator[Asked]:
    for rules in [*RULES, "allow if false", "allow if true"]:
        yield Asked(rules, policy(rules), ANA, "retrieve", CONTEXT)
    yield from itertools.islice(filter(lambda one: one.filter() is not None, _generated()), GENERATED)
    yield from _library()


def _generated() -> Iterator[Asked]:
    """Asks policies that a seed generates. A condition can say most of them, but not all."""
    for place in range(10 * GENERATED):
        rules = _Generator(random.Random(SEED + place)).rules()
        yield Asked(rules, policy(rules), ANA, "retrieve", CONTEXT)


def _library() -> Iterator[Asked]:
    """Asks whether each topic has nothing against a document, and what retrieval admits."""
    modules = {
        str(path.relative_to(LIBRARY)): path.read_text()
        for path in sorted(LIBRARY.rglob("*.rego"))
        if not path.name.endswith("_test.rego")
    }
    data = json.loads((LIBRARY / "data.json").read_text())
    strict = {**data, "sealwright": {"config": {**data["sealwright"]["config"], **STRICT}}}
    subject = {"id": "ana", "properties": {**ANA["properties"], "unit": "legal"}}
    objecting = sorted(path.split("/")[1] for path, text in modules.items() if "\ndeny contains" in text)
    for topic in objecting:
        yield from _topic(modules, data, topic, subject)
    for name, given in [("as it comes", data), ("strict", strict)]:
        retrieval = Policy(modules, given, entrypoint="sealwright.retrieval.decision")
        for action, purpose in [("retrieve", "retrieve"), ("open", "analyse"), ("train", "train")]:
            context = {**CONTEXT, "purpose": purpose}
            yield Asked(f"retrieval, {name}, {action}", retrieval, subject, action, context)


def _topic(modules: dict[str, str], data: Any, topic: str, subject: dict[str, Any]) -> Iterator[Asked]:
    text = (
        f"package asked\n\ndefault allow := false\n\nallow if count(data.sealwright.{topic}.deny) == 0\n\n"
        'decision := {"decision": allow}\n'
    )
    alone = Policy({**modules, "asked.rego": text}, data, entrypoint="asked.decision")
    for action in ("retrieve", "train", "destroy"):
        yield Asked(f"{topic}, {action}", alone, subject, action, CONTEXT)


class _Generator:
    """Writes one policy: what admits and what keeps out, each condition negated or in a helper rule now and then."""

    def __init__(self, pick: random.Random) -> None:
        self._pick = pick
        self._helpers: list[str] = []
        self._named = 0
        self._depth = 0

    def rules(self) -> str:
        admits = [self._rule("allow") for _ in range(self._pick.randint(1, 3))]
        if self._pick.random() < 0.4:
            kept_out = [self._rule(f"deny contains {place}") for place in range(self._pick.randint(1, 3))]
            admits = ["allow if {\n\tcount(deny) == 0\n\tadmitted\n}", *kept_out, *map(_as_admitted, admits)]
        ranks = 'rank := {"public": 0, "internal": 1, "confidential": 2}'
        return "\n\n".join([ranks, "equal(x, y) if x == y", *admits, *self._helpers])

    def _rule(self, head: str) -> str:
        conditions = [self._condition() for _ in range(self._pick.randint(1, 3))]
        return f"{head} if {{\n" + "".join(f"\t{condition}\n" for condition in conditions) + "}"

    def _condition(self) -> str:
        drawn = self._pick.random()
        if drawn < 0.2:
            return f"not {self._atom()}"
        if drawn < 0.5 and self._depth < DEPTH:
            return self._pick.choice(["", "not "]) + self._helper()
        return self._atom()

    def _helper(self) -> str:
        name = f"helper_{self._named}"
        self._named += 1
        self._depth += 1
        self._helpers += [self._rule(name) for _ in range(self._pick.randint(1, 2))]
        self._depth -= 1
        return name

    def _atom(self) -> str:
        pick, label = self._pick, "input.resource.properties"
        order = pick.choice(["==", "!=", "<", "<=", ">", ">="])
        text = pick.choice([f"{label}.tenant", f"{label}.classification", f"{label}.attributes.unit"])
        number = pick.choice([f"{label}.attributes.level", f"{label}.attributes.score"])
        known = pick.choice(["acme", "globex", "internal", "public", "legal", "é", "m", ""])
        return pick.choice(
            [
                f'{text} {order} "{known}"',
                f"{text} {order} input.subject.properties.tenant",
                f'{text} in {{"{known}", "restricted", "sales"}}',
                f'{text} in {{"acme", 7, "{known}"}}',
                f"{number} {order} {pick.choice(['0', '1', '1.5', '2', '-1'])}",
                f"{number} {order} input.subject.properties.level",
                f"{number} in {{0, 1.5, 2}}",
                f"{pick.choice([text, number, f'{label}.attributes.hold'])}",
                f"{label}.attributes.hold == {pick.choice(['true', 'false'])}",
                f"{label}.{pick.choice(['created_at', 'retain_until'])} {order} input.context.time",
                f'"{pick.choice(["train", "retrieve", "Train"])}" in {label}.purposes',
                f"rank[{label}.classification] {order} {pick.choice(['0', '1', '2'])}",
                f"rank[{label}.classification] <= input.subject.properties.level",
                f'object.get({label}, "tenant", "{known}") {order} "acme"',
                f'equal({text}, "{known}")',
            ]
        )


def _as_admitted(rule: str) -> str:
    return rule.replace("allow if", "admitted if", 1)
