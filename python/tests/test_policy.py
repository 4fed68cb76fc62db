"""Policies: loading, deciding, testing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import sealwright as sw


TESTS = Path(__file__).parent
ALLOW = 'package sealwright\n\ndecision := {"decision": true}\n'
REQUEST = {
    "subject": {"type": "user", "id": "ana", "properties": {"roles": ["analyst"], "amr": ["mfa"]}},
    "action": {"name": "open"},
    "resource": {"type": "document", "id": "d", "properties": {"purposes": ["analyse"]}},
    "context": {"purpose": "analyse"},
}


def test_a_policy_decides(policy: sw.Policy) -> None:
    decision = policy.decide(REQUEST)
    assert decision["decision"] is True
    assert decision["reasons"] == decision["obligations"] == []
    assert decision["policy"] == {key: policy.reference[key] for key in ("revision", "digest")}


def test_the_same_question_has_the_same_answer(policy: sw.Policy) -> None:
    reordered = dict(reversed(REQUEST.items()))
    assert policy.decide(REQUEST) == policy.decide(reordered)


def test_a_refusal_is_an_answer(policy: sw.Policy) -> None:
    decision = policy.decide({**REQUEST, "subject": {"type": "user", "id": "guest"}})
    assert decision["decision"] is False
    assert decision["reasons"] == ["mfa_missing", "role_missing"]


@pytest.mark.parametrize("field", ["subject", "action", "resource"])
def test_a_request_with_missing_fields_is_coded(policy: sw.Policy, field: str) -> None:
    request = {key: value for key, value in REQUEST.items() if key != field}
    with pytest.raises(sw.UsageError) as caught:
        policy.decide(request)
    assert caught.value.code == "json_invalid"
    assert field in str(caught.value)


@pytest.mark.parametrize("request_text", ["", "[]", "{", '{"a":1,"a":2}', "NaN", "[" * 100_000])
def test_what_is_no_request_is_coded(policy: sw.Policy, request_text: str) -> None:
    with pytest.raises(sw.UsageError) as caught:
        policy.decide(request_text)
    assert caught.value.code == "json_invalid"


def test_a_syntax_error_has_its_place() -> None:
    with pytest.raises(sw.PolicyError) as caught:
        sw.Policy({"team/rules.rego": "package sealwright\n\nallow if {\n"})
    assert caught.value.code == "policy_syntax"
    assert caught.value.location is not None
    assert caught.value.location.file == "team/rules.rego"
    assert caught.value.location.row >= 3
    assert caught.value.location.column >= 1


def test_a_folder_is_loaded_with_its_data(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "bad.rego").write_text("no rego")
    (tmp_path / "notes.txt").write_text("no rego")
    (tmp_path / "bad_test.rego").write_text("no rego")
    (tmp_path / "p.rego").write_text('package sealwright\n\ndecision := {"decision": data.inner.allow}\n')
    (tmp_path / "inner" / "data.json").write_text('{"allow": true}')
    policy = sw.Policy.load(tmp_path, revision="9")
    assert policy.decide(REQUEST)["decision"] is True
    assert (policy.reference["name"], policy.reference["revision"]) == (tmp_path.name, "9")


def test_where_a_policy_lies_does_not_change_it(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.rego").write_text(ALLOW)
    digests = {sw.Policy.load(tmp_path / folder, name="n").reference["digest"] for folder in ("a", "b")}
    assert digests == {sw.Policy({"p.rego": ALLOW}, name="n").reference["digest"]}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "policy_invalid"),
        ({"p.rego": "package other\n\nx := 1\n"}, "policy_invalid"),
        ({"p.rego": "package"}, "policy_syntax"),
        ({"p.rego": ALLOW, "data.json": "[1]"}, "bundle_malformed"),
        ({"p.rego": ALLOW, "data.json": '{"a":1,"a":2}'}, "bundle_malformed"),
        ({"p.rego": ALLOW, "data.json": '{"a":{"b":1}}', "a/data.json": '{"b":2}'}, "bundle_malformed"),
        ({"p.rego": ALLOW, "data.json": '{"a":1}', "a/data.json": '{"b":2}'}, "bundle_malformed"),
        ({"p.rego": b"\xff"}, "bundle_malformed"),
    ],
)
def test_a_folder_that_is_no_policy_is_coded(files, code: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(sw.SealwrightError) as caught:
        sw.Policy.load(tmp_path)
    assert caught.value.code == code


def test_a_missing_folder_is_coded(tmp_path: Path) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.Policy.load(tmp_path / "none")
    assert caught.value.code == "file_not_found"


def test_a_hostile_policy_ends_in_a_code() -> None:
    hostile = "package sealwright\n\ndecision := f(1)\n\nf(x) := f(x)\n"
    with pytest.raises(sw.PolicyError):
        sw.Policy({"p.rego": hostile}).decide(REQUEST)


def test_a_policy_is_printed_with_its_digest(policy: sw.Policy) -> None:
    assert policy.reference["digest"][:12] in repr(policy)


def test_the_tests_of_a_folder_are_run() -> None:
    report = sw.Policy.test(TESTS / "policy")
    assert report["passed"] == 3
    assert report["failed"] == []
    assert report["coverage"]["percent"] > 0


def test_many_requests_are_answered_in_their_order(policy: sw.Policy) -> None:
    other = {**REQUEST, "subject": {"type": "user", "id": "guest"}}
    answers = policy.decide_all([REQUEST, other, "{}", REQUEST])
    assert answers[:2] == [policy.decide(REQUEST), policy.decide(other)]
    assert (answers[2]["decision"], answers[2]["error"]["code"]) == (False, "json_invalid")
    assert answers[3] == answers[0]


def test_a_folder_is_checked_with_the_schema_in_it(tmp_path: Path) -> None:
    (tmp_path / "rules.rego").write_text(
        'package sealwright\n\ndefault decision := {"decision": false}\n\n'
        'decision := {"decision": true} if input.subjet.id == "ana"\n'
    )
    assert sw.Policy.check(tmp_path) == []
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "input.schema.json").write_text('{"additionalProperties":false,"properties":{"subject":{}}}')
    [finding] = sw.Policy.check(tmp_path)
    place = (finding["code"], finding["severity"], finding["file"], finding["row"], finding["column"])
    assert place == ("input_unknown", "warning", "rules.rego", 5, 35)
    assert finding["hint"] == "is `subject` meant?"
    assert sw.Policy.check(tmp_path, schema={"type": "object"}) == []


def test_a_folder_s_tests_are_selected_and_its_cases_run(tmp_path: Path) -> None:
    (tmp_path / "rules.rego").write_text('package sealwright\n\ndecision := {"decision": true}\n')
    (tmp_path / "rules_test.rego").write_text("package sealwright_test\n\ntest_one := true\n\ntest_two := true\n")
    (tmp_path / "rules_cases.json").write_text('[{"name":"all may","input":{},"expect":{"decision":true}}]')
    assert sw.Policy.test(tmp_path)["passed"] == 3
    report = sw.Policy.test(tmp_path, run="test_two")
    assert [test["name"] for test in report["tests"]] == ["test_two"]


def test_an_entry_of_the_decision_log_is_masked_and_made_now() -> None:
    mask = 'package system.log\n\nmask contains "/input/subject/properties"\n'
    policy = sw.Policy({"decision.rego": 'package sealwright\n\ndecision := {"decision": true}\n', "mask.rego": mask})
    asked = {
        "subject": {"type": "user", "id": "ana", "properties": {"email": "ana@acme.example"}},
        "action": {"name": "open"},
        "resource": {"type": "document", "id": "d"},
    }
    entry = policy.log_entry(asked, labels={"app": "notebook"}, requested_by="192.0.2.7")
    assert entry["result"] == policy.decide(asked)
    assert (entry["erased"], entry["labels"]) == (["/input/subject/properties"], {"app": "notebook"})
    assert "ana@acme.example" not in str(entry)
    assert abs(datetime.fromisoformat(entry["timestamp"]) - datetime.now(UTC)) < timedelta(minutes=1)
    failed = policy.log_entry("{", timestamp="2026-11-21T07:00:00Z")
    assert (failed["error"]["code"], failed["timestamp"]) == ("json_invalid", "2026-11-21T07:00:00Z")
