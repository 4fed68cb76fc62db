"""Exceptions: one base, stable codes, and they travel between processes."""

import pickle

import pytest

import sealwright as sw

KINDS = [sw.UsageError, sw.MalformedError, sw.IntegrityError, sw.NoKeyError, sw.PolicyError, sw.EnvironmentFailure]


@pytest.mark.parametrize("kind", [*KINDS, sw.FileError])
def test_a_failure_is_pickled_whole(kind: type[sw.SealwrightError]) -> None:
    failure = kind("what is wrong", "some_code", ("rules.rego", 3, 7))
    again = pickle.loads(pickle.dumps(failure))
    assert type(again) is kind
    assert (str(again), again.code, again.location) == ("what is wrong", "some_code", sw.Location("rules.rego", 3, 7))


def test_a_refusal_is_pickled_with_its_decision() -> None:
    denied = sw.Denied("open", {"decision": False, "reasons": ["mfa_missing"]})
    again = pickle.loads(pickle.dumps(denied))
    assert (str(again), again.code, again.decision) == (str(denied), "denied", denied.decision)
    assert "mfa_missing" in str(again)


def test_a_refusal_without_a_reason_says_so() -> None:
    assert "no rule allows it" in str(sw.Denied("seal", {"decision": False, "reasons": []}))


@pytest.mark.parametrize("kind", [*KINDS, sw.FileError, sw.Denied])
def test_one_clause_catches_everything(kind: type[Exception]) -> None:
    assert issubclass(kind, sw.SealwrightError)
