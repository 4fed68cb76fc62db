"""What the tests share: a policy, somebody who may, and a key."""

from pathlib import Path

import pytest

import sealwright as sw

TESTS = Path(__file__).parent


@pytest.fixture(scope="session")
def policy() -> sw.Policy:
    return sw.Policy.load(TESTS / "policy", name="tests", revision="1")


@pytest.fixture(scope="session")
def identity() -> sw.Identity:
    return sw.Identity.generate()


@pytest.fixture
def subject() -> dict[str, object]:
    return {"id": "ana@acme.example", "roles": ["analyst"], "amr": ["pwd", "mfa"]}


@pytest.fixture
def label() -> dict[str, object]:
    return {"document_id": "d1", "classification": "internal", "purposes": ["analyse", "train", "sign"]}


@pytest.fixture
def gate(policy: sw.Policy, subject: dict[str, object]) -> sw.Gate:
    return sw.Gate(policy, subject=subject, purpose="analyse", clock=lambda: "2026-11-21T07:00:00Z", allow_unsigned=True)
