"""Writes the vectors of decision logs: what this core writes, for the other runtimes to write too.

Run it after a change that is meant to change entries, and read what changes.
"""

import json
from pathlib import Path
from typing import Any

from sealwright import _core

FOLDER = Path(__file__).parent / "log"
DECISION = """package sealwright

decision := {"decision": allow, "reasons": reasons, "obligations": obligations}

default allow := false

allow if input.resource.properties.tenant == input.subject.properties.tenant

reasons contains "tenant_mismatch" if not allow

obligations contains {"type": "notify", "channel": "dpo"} if allow
"""
MASK = """package system.log

mask contains "/input/subject/properties/email"

mask contains "/input/subject/properties/groups/1"

mask contains {"op": "upsert", "path": "/input/subject/id", "value": "…"} if input.result.decision == false

mask contains {"op": "remove", "path": "/input/resource/properties/a~1b"}
"""
CONTEXT = {"timestamp": "2026-11-21T07:00:00Z", "labels": {"app": "portal", "é": "ü"}, "requested_by": "192.0.2.7"}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, (comment, mask, request, context) in CASES.items():
        modules = [{"path": "decision.rego", "text": DECISION}]
        modules += [{"path": "mask.rego", "text": mask}] if mask else []
        policy = {"name": "acme", "revision": "7", "modules": modules}
        expect = _core.Policy.load(json.dumps(policy)).log_entry(request, json.dumps(context))
        vector = {"comment": comment, "policy": policy, "request": request, "context": context, "expect": expect}
        text = json.dumps(vector, ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(f"{text}\n")


def request(tenant: str) -> str:
    properties: dict[str, Any] = {"tenant": tenant, "email": "ana@acme.example", "groups": ["a", "b"]}
    asked = {
        "subject": {"type": "user", "id": "ana", "properties": properties},
        "action": {"name": "open"},
        "resource": {"type": "document", "id": "d", "properties": {"tenant": "acme", "a/b": 1.50}},
    }
    return json.dumps(asked)


CASES: dict[str, tuple[str, str | None, str, dict[str, Any]]] = {
    "plain": ("No mask.", None, request("acme"), CONTEXT),
    "masked": ("A mask erases, and leaves the rest.", MASK, request("acme"), CONTEXT),
    "refused": ("A mask looks at the result.", MASK, request("globex"), {"timestamp": "2026-11-21T07:00:00Z"}),
    "mask_fails": (
        "A mask that conflicts erases all that it could.",
        "package system.log\n\nmask := 1\n\nmask := 2\n",
        request("acme"),
        CONTEXT,
    ),
    "no_request": ("What is no request leaves its error.", MASK, '{"subject": 1}', CONTEXT),
}

if __name__ == "__main__":
    main()
