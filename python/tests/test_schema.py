"""The policy library's schema of `input`: what the gate asks fits it, and what the library allows too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import sealwright as sw

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "policies/schemas/input.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
VECTORS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "tests/vectors/decision").glob("*.json")}
ALLOWED = {
    name: vector
    for name, vector in VECTORS.items()
    if vector["policy"] == "library" and isinstance(vector["expect"], dict) and vector["expect"]["decision"]
}


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_fits(name: str) -> None:
    VALIDATOR.validate(json.loads(ALLOWED[name]["request"]))


@pytest.mark.parametrize("name", ["amr_as_object_is_refused", "roles_as_text_are_refused", "bare_subject_is_refused"])
def test_what_has_another_type_does_not_fit(name: str) -> None:
    assert not VALIDATOR.is_valid(json.loads(VECTORS[name]["request"]))


def test_what_the_gate_asks_fits() -> None:
    asked: list[dict[str, Any]] = []
    rego = "package sealwright\n\ndecision := {\"decision\": true}\n"
    policy = sw.Policy({"all.rego": rego})

    class Asked:
        """Stands in for the policy's handle and keeps what it is asked."""

        def describe(self) -> str:
            return policy._handle.describe()

        def decide(self, request: str) -> str:
            asked.append(json.loads(request))
            return policy._handle.decide(request)

    gate = sw.Gate(policy, subject={"id": "ana", "roles": ["analyst"], "tenant": "acme", "amr": ["mfa"]},
        purpose="analyse",
        allow_unsigned=True,
    )
    gate._policy = type("Policy", (), {"_handle": Asked(), "reference": policy.reference})()  # type: ignore[assignment]
    identity = sw.Identity.generate()
    label = {"classification": "internal", "purposes": ["analyse"], "tenant": "acme"}
    sealed = gate.seal(b"ana@acme.example", recipients=[identity.recipient], label=label)
    gate.open(sealed, identities=[identity]).close()
    assert len(asked) == 2
    for request in asked:
        VALIDATOR.validate(request)
