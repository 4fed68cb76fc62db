"""Identities and recipients."""

import copy
import pickle
from pathlib import Path

import pytest

import sealwright as sw


def test_an_identity_survives_its_text(identity: sw.Identity) -> None:
    again = sw.Identity.parse(identity.reveal())
    assert again.recipient == identity.recipient
    assert identity.reveal().startswith("AGE-SECRET-KEY-1")


def test_a_hybrid_identity_survives_its_text() -> None:
    identity = sw.Identity.generate_pq()
    again = sw.Identity.parse(identity.reveal())
    assert again.recipient == identity.recipient == sw.Recipient.parse(str(identity.recipient))
    assert identity.reveal().startswith("AGE-SECRET-KEY-PQ-1")
    assert str(identity.recipient).startswith("age1pq1")
    assert identity.recipient != sw.Identity.generate_pq().recipient
    assert "SECRET" not in repr(identity).upper()


def test_hybrid_recipients_are_not_mixed_with_others(identity: sw.Identity) -> None:
    hybrid = sw.Identity.generate_pq()
    sealed = sw.encrypt(b"for later", recipients=[str(hybrid.recipient)])
    assert sw.decrypt(sealed, identities=[identity, hybrid]) == b"for later"
    with pytest.raises(sw.UsageError) as caught:
        sw.encrypt(b"", recipients=[hybrid.recipient, identity.recipient])
    assert caught.value.code == "recipients_mixed"


def test_an_identity_is_printed_as_its_public_half(identity: sw.Identity) -> None:
    for text in (repr(identity), str(identity), f"{identity}", "%s" % identity):
        assert "SECRET" not in text.upper()
        assert str(identity.recipient) in text


@pytest.mark.parametrize("spread", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_identity_is_neither_copied_nor_pickled(identity: sw.Identity, spread) -> None:
    with pytest.raises(TypeError):
        spread(identity)
    with pytest.raises(TypeError):
        spread(identity._handle)


def test_an_identity_file_is_read(identity: sw.Identity, tmp_path: Path) -> None:
    other = sw.Identity.generate()
    file = tmp_path / "keys.txt"
    file.write_text(f"# created: today\n\n{identity.reveal()}\n  # more\n{other.reveal()}\n")
    assert [key.recipient for key in sw.Identity.load(file)] == [identity.recipient, other.recipient]


def test_a_recipient_is_a_value(identity: sw.Identity) -> None:
    recipient = identity.recipient
    assert sw.Recipient.parse(str(recipient)) == recipient
    assert len({recipient, sw.Recipient.parse(str(recipient))}) == 1
    assert pickle.loads(pickle.dumps(recipient)) == copy.deepcopy(recipient) == recipient
    assert recipient != str(recipient)
    assert repr(recipient) == f"Recipient('{recipient}')"


def test_a_recipients_file_is_read(identity: sw.Identity, tmp_path: Path) -> None:
    (tmp_path / "team.txt").write_text(f"# team\n{identity.recipient}\n")
    assert sw.Recipient.load(tmp_path / "team.txt") == [identity.recipient]


@pytest.mark.parametrize("text", ["", "age1", "age1qqqq", "AGE-SECRET-KEY-1QQQ", "ä" * 1000])
def test_bad_keys_are_coded(text: str) -> None:
    with pytest.raises(sw.UsageError) as caught:
        sw.Recipient.parse(text)
    assert caught.value.code == "recipient_invalid"
    with pytest.raises(sw.UsageError) as caught:
        sw.Identity.parse(text)
    assert caught.value.code == "identity_invalid"


def test_a_secret_is_not_repeated_in_a_failure(identity: sw.Identity) -> None:
    with pytest.raises(sw.UsageError) as caught:
        sw.Identity.parse(identity.reveal()[:-1] + "Q")
    assert identity.reveal()[20:40] not in str(caught.value) + repr(caught.value)


def test_one_key_in_place_of_a_list_is_told(identity: sw.Identity) -> None:
    with pytest.raises(TypeError, match="list of recipients"):
        sw.encrypt(b"", recipients=identity.recipient)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="list of identities"):
        sw.decrypt(sw.encrypt(b"", recipients=[identity.recipient]), identities=identity)  # type: ignore[arg-type]
