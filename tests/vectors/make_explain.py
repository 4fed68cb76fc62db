"""Writes the vectors of explanations: what this core says, for the other runtimes to say too.

Run it after a change that is meant to change explanations, and read what changes.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from sealwright import SealwrightError, _core

FOLDER = Path(__file__).parent / "explain"

REQUEST = {
    "subject": {"type": "user", "id": "ana@acme.example", "properties": {"roles": ["analyst"], "amr": ["pwd"]}},
    "action": {"name": "open"},
    "resource": {"type": "document", "id": "5c1e", "properties": {"classification": "internal", "size": 12.5}},
    "context": {"time": "2026-11-21T07:00:00Z"},
}

MFA = """package sealwright

decision := {"decision": count(deny) == 0, "reasons": deny}

deny contains "mfa_required" if not _verified

_verified if {
	some method in input.subject.properties.amr
	method in ["hwk", "otp"]
}

_verified if input.context.trusted_network
"""

OBLIGATIONS = """package sealwright

import data.acme.marks

decision := {"decision": true, "reasons": set(), "obligations": obligations, "cache_for_ms": 10}

obligations := marks.all | {o | some o in extra}

extra contains {"type": "notify", "channel": "dpo"} if input.resource.properties.size > 10
"""

MARKS = """package acme.marks

all contains {"type": "watermark"} if input.resource.properties.classification in data.watermarked

all contains {"type": "require_signature"} if input.action.name == "seal"
"""

KINDS = """package sealwright

default decision := {"decision": false}

decision := {"decision": true} if {
	level(input.resource.properties.classification) == 3
	every role in input.subject.properties.roles {
		known[role].active
	}
	object.get(known, ["analyst", "level"], 0) > 1
	startswith(input.context.time, input.context.day)
}

level("public") := 1

level(name) := 2 if {
	name == "secret"
} else := 3 if {
	name == "internal"
}

known[name] := {"active": true, "level": rank} if some rank, name in ["none", "trainer", "analyst"]
"""

INDEXED = """package sealwright

decision := {"decision": count(deny) == 0, "reasons": deny}

""" + "\n".join(
    f'deny contains "r{number}" if {{\n\tinput.subject.id\n\tinput.action.name == "a{number}"\n}}\n' for number in range(6)
)

WITHIN = """package sealwright

decision := {"decision": as_other, "reasons": []}

default as_other := false

as_other if {
	not allowed
	allowed with input.subject.id as "bob"
	allowed with data.owners as {"eve"}
}

allowed if input.subject.id in data.owners
"""

CONFLICT = """package sealwright

decision := {"decision": owner}

owner := true if input.subject.id

owner := false if input.action.name
"""

FAN_OUT = """package sealwright

decision := {"decision": count(found) == 3000}

found := {n | some n in numbers.range(1, 3000); passes(n)}

passes(n) if n > 0
"""

MARKUP = """package sealwright

default decision := {"decision": false, "reasons": ["</text><script>alert(1)</script>"]}

decision := {"decision": true} if input.resource.properties["<img src=x onerror=alert(1)>"] == input.subject.id
"""


def source(modules: dict[str, str], **data: Any) -> dict[str, Any]:
    listed = [{"path": path, "text": text} for path, text in modules.items()]
    return {"name": "acme", "revision": "7", "modules": listed, "data": data}


def asked(**changes: Any) -> str:
    return json.dumps({**REQUEST, **changes})


def one(text: str, **data: Any) -> dict[str, Any]:
    return source({"acme.rego": text}, **data)


HOSTILE = "<svg onload='x'>\u001b[31m\u202e&amp;\ufeff"
NAMED = {"type": "document", "id": "d", "properties": {"<img src=x onerror=alert(1)>": HOSTILE}}

CASES: dict[str, tuple[str, dict[str, Any], str, bool]] = {
    "denied": ("The example of the spec, with a reason.", one(MFA), asked(), False),
    "denied_with_values": ("The same, with the request's values.", one(MFA), asked(), True),
    "obligations": (
        "Obligations of two packages lead back to their rules.",
        source({"acme.rego": OBLIGATIONS, "marks.rego": MARKS}, watermarked=["internal"]),
        asked(),
        False,
    ),
    "functions_keys_else_every": ("Every kind of candidate, and a missing fact.", one(KINDS), asked(), True),
    "index": ("Definitions that the index rules out.", one(INDEXED), asked(action={"name": "a4"}), False),
    "with": ("A rule is evaluated in three worlds.", one(WITHIN, owners=["bob"]), asked(), True),
    "conflict": ("The evaluation ends: there is no decision.", one(CONFLICT), asked(), False),
    "undefined": (
        "The entrypoint has no value.",
        one('package sealwright\n\ndecision := {"decision": true} if input.context.approved\n'),
        asked(),
        False,
    ),
    "cut": ("More evaluations than are told.", one(FAN_OUT), asked(), False),
    "markup": (
        "Markup, escape sequences and marks of direction stay text.",
        one(MARKUP),
        asked(resource=NAMED),
        True,
    ),
    "no_request": ("What is no request is not explained.", one(MFA), "{}", False),
}


def vector(comment: str, policy: dict[str, Any], request: str, values: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"comment": comment, "policy": policy, "request": request, "values": values}
    try:
        explanation = _core.Policy.load(json.dumps(policy)).explain(request, values)
    except SealwrightError as error:
        return {**made, "expect": error.code}
    svg = hashlib.sha256(explanation.svg().encode()).hexdigest()
    return {**made, "expect": explanation.record(), "tree": explanation.tree(False), "svg_sha256": svg}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, case in CASES.items():
        text = json.dumps(vector(*case), indent=1, ensure_ascii=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
