"""Why a policy decided as it did."""

import json
import pickle
import xml.etree.ElementTree
from typing import Any

import pytest

import sealwright as sw

RULES = """package sealwright

decision := {"decision": count(deny) == 0, "reasons": deny}

deny contains "mfa_required" if not _verified

_verified if {
	some method in input.subject.properties.amr
	method in ["hwk", "otp"]
}
"""


@pytest.fixture
def policy() -> sw.Policy:
    return sw.Policy({"acme.rego": RULES}, name="acme")


def request(*amr: str) -> dict[str, Any]:
    return {
        "subject": {"type": "user", "id": "ana", "properties": {"amr": list(amr)} if amr else {}},
        "action": {"name": "open"},
        "resource": {"type": "document", "id": "d"},
    }


def test_a_refusal_is_explained(policy: sw.Policy) -> None:
    explanation = policy.explain(request("pwd"))
    assert explanation.decision == policy.decide(request("pwd"))
    record = explanation.to_dict()
    assert record["reasons"][0]["sources"][0]["place"] == {"file": "acme.rego", "row": 5, "column": 1}
    assert json.loads(explanation.to_json()) == record
    assert explanation.failure is None
    assert repr(explanation).startswith("<Explanation denied ")


def test_missing_facts_are_named(policy: sw.Policy) -> None:
    assert policy.explain(request()).missing == ["input.subject.properties.amr"]
    assert policy.explain(request("otp")).missing == []


def test_values_are_shown_when_asked_for(policy: sw.Policy) -> None:
    assert "pwd" not in str(policy.explain(request("pwd")))
    assert 'saw input.subject.properties.amr[_]: "pwd"' in str(policy.explain(request("pwd"), values=True))


def test_a_terminal_gets_colours_when_asked(policy: sw.Policy) -> None:
    explanation = policy.explain(request("pwd"))
    assert "\x1b[" not in explanation.to_tree()
    assert "\x1b[31m" in explanation.to_tree(colour=True)


def test_a_notebook_gets_a_picture(policy: sw.Policy) -> None:
    picture = policy.explain(request("pwd"))._repr_svg_()
    root = xml.etree.ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "reason mfa_required" in "".join(root.itertext())


def test_a_failed_evaluation_is_explained() -> None:
    rules = "package sealwright\n\ndecision := {\"decision\": x}\n\nx := 1 if input.action\n\nx := 2 if input.subject\n"
    explanation = sw.Policy({"acme.rego": rules}).explain(request())
    assert explanation.decision is None
    assert explanation.failure is not None and explanation.failure["code"] == "policy_evaluation"
    assert "denied policy_evaluation" in repr(explanation)


def test_what_is_no_request_is_coded(policy: sw.Policy) -> None:
    with pytest.raises(sw.UsageError) as raised:
        policy.explain("{}")
    assert raised.value.code == "json_invalid"


def test_a_gate_s_refusal_explains_itself(policy: sw.Policy) -> None:
    gate = sw.Gate(policy, subject={"id": "ana", "amr": ["pwd"]})
    with pytest.raises(sw.Denied) as raised:
        gate.seal(b"text", recipients=[sw.Identity.generate().recipient], label={})
    explanation = raised.value.explain()
    assert explanation is not None
    assert explanation.decision == raised.value.decision
    assert pickle.loads(pickle.dumps(raised.value)).explain() is None
