"""Sealing and opening under a policy."""

import io
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import sealwright as sw

TEXT = b"Contact ana@acme.example about the order."


def test_the_user_story_reads_well(policy, identity, subject, label) -> None:
    gate = sw.Gate(policy, subject=subject, purpose="analyse", allow_unsigned=True)
    sealed = gate.seal(TEXT, recipients=[identity.recipient], label=label)
    with gate.open(sealed, identities=[identity]) as document:
        assert document.read() == TEXT
        assert document.label["classification"] == "internal"
        assert document.label["policy"] == policy.reference
        assert document.decision["decision"] is True


def test_a_refusal_carries_the_decision(policy, identity, subject, label, tmp_path: Path) -> None:
    gate = sw.Gate(policy, subject={**subject, "amr": ["pwd"]}, purpose="sell", allow_unsigned=True)
    with pytest.raises(sw.Denied) as caught:
        gate.seal(TEXT, recipients=[identity.recipient], label=label, output=tmp_path / "out")
    assert caught.value.code == "denied"
    assert caught.value.decision["reasons"] == ["mfa_missing", "purpose_not_allowed"]
    assert "mfa_missing" in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_who_may_not_open_is_refused_before_any_key_is_used(policy, gate, identity, label) -> None:
    sealed = gate.seal(TEXT, recipients=[identity.recipient], label=label)
    guest = sw.Gate(policy, subject={"id": "guest"}, purpose="analyse", allow_unsigned=True)
    with pytest.raises(sw.Denied):
        guest.open(sealed, identities=[sw.Identity.generate()])


def test_an_obligation_that_cannot_be_carried_out_refuses(policy, identity, subject, label) -> None:
    gate = sw.Gate(policy, subject=subject, purpose="sign", allow_unsigned=True)
    with pytest.raises(sw.Denied) as caught:
        gate.seal(TEXT, recipients=[identity.recipient], label=label)
    assert caught.value.decision["decision"] is False


def test_a_transform_is_applied_and_ends_seeking(policy, gate, identity, subject, label) -> None:
    sealed = gate.seal(TEXT, recipients=[identity.recipient], label=label)
    trainer = sw.Gate(policy, subject=subject, purpose="train", allow_unsigned=True)
    with trainer.open(sealed, identities=[identity]) as document:
        assert not document.seekable()
        with pytest.raises(io.UnsupportedOperation):
            document.seek(0)
        text = document.read()
    assert b"ana@acme.example" not in text
    assert text.startswith(b"Contact ") and text.endswith(b" about the order.")


def test_findings_are_facts_for_the_policy(gate, identity, label) -> None:
    many = b" ".join(b"person%d@acme.example" % number for number in range(4))
    with pytest.raises(sw.Denied) as caught:
        gate.seal(many, recipients=[identity.recipient], label=label)
    assert caught.value.decision["reasons"] == ["too_many_findings"]


def test_what_cannot_be_read_twice_is_unscanned(gate, identity, label) -> None:
    def pipe() -> io.FileIO:
        reading, writing = os.pipe()
        with open(writing, "wb") as file:
            file.write(TEXT)
        return open(reading, "rb", buffering=0)

    with pipe() as source, pytest.raises(sw.Denied) as caught:
        gate.seal(source, recipients=[identity.recipient], label=label)
    assert caught.value.decision["reasons"] == ["not_scanned"]
    with pipe() as source:
        label = {**label, "attributes": {"unscanned_allowed": True}}
        sealed = gate.seal(source, recipients=[identity.recipient], label=label)
    assert gate.open(sealed, identities=[identity]).read() == TEXT


def test_a_source_that_changes_between_the_readings_is_refused(gate, identity, label, tmp_path: Path) -> None:
    class Changing(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            if offset == 0 and self.tell():
                self.getbuffer()[0] ^= 1
            return super().seek(offset, whence)

    with pytest.raises(sw.MalformedError) as caught:
        gate.seal(Changing(TEXT), recipients=[identity.recipient], label=label, output=tmp_path / "out")
    assert caught.value.code == "source_changed"
    assert os.listdir(tmp_path) == []


def test_output_gives_a_receipt(gate, identity, label, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(TEXT)
    receipt = gate.seal(tmp_path / "in", recipients=[identity.recipient], label=label, output=tmp_path / "out")
    assert receipt["decision"]["decision"] is True
    with gate.open(tmp_path / "out", identities=[identity]) as document:
        assert document.read() == TEXT
        assert document.label == receipt["label"]


def test_the_gate_fills_the_label_in(gate, identity) -> None:
    sealed = gate.seal(TEXT, recipients=[identity.recipient], label={"purposes": ["analyse"]})
    label = sw.inspect(sealed)["label"]
    assert label["created_at"] == "2026-11-21T07:00:00Z"
    assert label["document_id"]


@pytest.mark.parametrize("field", ["policy", "transforms"])
def test_the_gates_fields_are_not_the_callers(gate, identity, label, field: str) -> None:
    value = {"policy": {"name": "n", "revision": "r", "digest": "d"}, "transforms": {"EMAIL_ADDRESS": 1}}[field]
    with pytest.raises(sw.UsageError) as caught:
        gate.seal(TEXT, recipients=[identity.recipient], label={**label, field: value})
    assert caught.value.code == "label_field_reserved"


def test_both_forms_of_a_subject_ask_the_same(policy, identity, subject, label) -> None:
    full = {
        "type": "user",
        "id": subject["id"],
        "properties": {key: value for key, value in subject.items() if key != "id"},
    }
    sealed = sw.encrypt(TEXT, recipients=[identity.recipient], label=label)

    def decision_id(form) -> str:
        gate = sw.Gate(policy, subject=form, purpose="analyse", clock=lambda: "2026-11-21T07:00:00Z", allow_unsigned=True)
        return gate.open(sealed, identities=[identity]).decision["decision_id"]

    assert decision_id(subject) == decision_id(full)
    assert decision_id(subject) != decision_id({**subject, "type": "service"})


@pytest.mark.parametrize("subject", [{}, {"roles": ["analyst"]}, {"id": 5}, {"id": "a", "properties": 1}])
def test_a_subject_out_of_form_is_coded(policy, identity, label, subject) -> None:
    with pytest.raises(sw.UsageError) as caught:
        sw.Gate(policy, subject=subject, allow_unsigned=True).seal(TEXT, recipients=[identity.recipient], label=label)
    assert caught.value.code == "json_invalid"


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-21T07:00:00Z",
        datetime(2026, 11, 21, 7, tzinfo=UTC),
        datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_the_clock_is_an_argument(policy, identity, subject, label, moment) -> None:
    gate = sw.Gate(policy, subject=subject, purpose="analyse", clock=lambda: moment, allow_unsigned=True)
    sealed = gate.seal(TEXT, recipients=[identity.recipient], label=label)
    assert sw.inspect(sealed)["label"]["created_at"] == "2026-11-21T07:00:00Z"


def test_a_clock_without_a_zone_is_refused(policy, identity, subject, label) -> None:
    gate = sw.Gate(policy, subject=subject, purpose="analyse", clock=lambda: datetime(2026, 11, 21), allow_unsigned=True)
    with pytest.raises(ValueError, match="time zone"):
        gate.seal(TEXT, recipients=[identity.recipient], label=label)


def test_without_a_clock_it_is_now(policy, identity, subject, label) -> None:
    gate = sw.Gate(policy, subject=subject, purpose="analyse", allow_unsigned=True)
    created = sw.inspect(gate.seal(TEXT, recipients=[identity.recipient], label=label))["label"]["created_at"]
    age = datetime.now(UTC) - datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_shorthands_go_the_same_way(policy, identity, subject, label, tmp_path: Path) -> None:
    caller = {"policy": policy, "subject": subject, "purpose": "analyse"}
    sealed = sw.seal(TEXT, **caller, recipients=[str(identity.recipient)], label=label)
    with sw.open(sealed, **caller, identities=[identity], allow_unsigned=True) as document:
        assert document.read() == TEXT
    receipt = sw.seal(TEXT, **caller, recipients=[identity.recipient], label=label, output=tmp_path / "out")
    assert receipt["label"]["document_id"] == "d1"


def test_a_plain_age_file_is_not_opened(gate, identity) -> None:
    with pytest.raises(sw.MalformedError) as caught:
        gate.open(sw.encrypt(TEXT, recipients=[identity.recipient]), identities=[identity])
    assert caught.value.code == "label_count"


def test_another_action_is_asked_for(gate, identity, label) -> None:
    sealed = gate.seal(TEXT, recipients=[identity.recipient], label=label)
    one = gate.open(sealed, identities=[identity]).decision["decision_id"]
    other = gate.open(sealed, identities=[identity], action="train").decision["decision_id"]
    assert one != other


def test_what_the_policy_cannot_evaluate_is_refused(identity, subject, label, tmp_path: Path) -> None:
    policy = sw.Policy({"p.rego": 'package sealwright\n\ndecision := {"decision": true, "extra": 1}\n'})
    gate = sw.Gate(policy, subject=subject, allow_unsigned=True)
    with pytest.raises(sw.PolicyError) as caught:
        gate.seal(TEXT, recipients=[identity.recipient], label=label, output=tmp_path / "out")
    assert caught.value.code == "decision_invalid"
    assert os.listdir(tmp_path) == []


def test_a_failed_opening_closes_its_file(gate, identity, label, tmp_path: Path, recwarn) -> None:
    gate.seal(TEXT, recipients=[identity.recipient], label=label, output=tmp_path / "out")
    with pytest.raises(sw.NoKeyError):
        gate.open(tmp_path / "out", identities=[sw.Identity.generate()])
    assert not [warning for warning in recwarn if warning.category is ResourceWarning]
