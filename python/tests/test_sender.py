"""Senders, private parts, documents in two parts, and rewrapping."""

import hashlib
import io
import json
import os
import pickle
from pathlib import Path

import pytest

import sealwright as sw

TEXT = b"for Ana"
LONG = b"a line of text\n" * 15000
LABEL = {"classification": "internal", "purposes": ["analyse"]}


class Once(io.RawIOBase):
    """Reads once, and does not seek."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        return self._file.readinto(buffer)


@pytest.fixture
def signer() -> sw.Signer:
    return sw.Signer.generate("ana")


@pytest.fixture
def gates(policy, subject, signer):
    """Returns a gate that trusts `signer`, and makes others."""

    def make(**options) -> sw.Gate:
        return sw.Gate(policy, subject=subject, purpose="analyse", **options)

    return make


@pytest.fixture
def signed(gates, identity, signer) -> bytes:
    return gates().seal(TEXT, recipients=[identity.recipient], label=LABEL, signer=signer)


def code(gate: sw.Gate, document, identity) -> str:
    try:
        with gate.open(document, identities=[identity]) as opened:
            opened.read()
    except sw.SealwrightError as error:
        return error.code
    return "ok"


def test_a_signed_document_opens_for_those_who_trust_its_sender(gates, identity, signer, signed) -> None:
    for trusted in ([signer.verifier], [str(signer.verifier)]):
        with gates(trusted_senders=trusted).open(signed, identities=[identity]) as document:
            assert document.read() == TEXT
    assert sw.decrypt(signed, identities=[identity]) == TEXT
    eve = sw.Signer.generate("eve").verifier
    assert code(gates(trusted_senders=[eve]), signed, identity) == "sender_untrusted"
    assert code(gates(trusted_senders=[eve], allow_unsigned=True), signed, identity) == "ok"
    assert code(gates(), signed, identity) == "sender_untrusted"


def test_trusted_senders_come_from_a_file(gates, identity, signer, signed, tmp_path: Path) -> None:
    (tmp_path / "senders.txt").write_text(f"# the team\n{signer.verifier}\n")
    assert code(gates(trusted_senders=tmp_path / "senders.txt"), signed, identity) == "ok"
    with pytest.raises(TypeError):
        gates(trusted_senders=str(signer.verifier))


def test_an_unsigned_document_needs_leave(gates, identity, signer) -> None:
    unsigned = gates().seal(TEXT, recipients=[identity.recipient], label=LABEL)
    assert code(gates(trusted_senders=[signer.verifier]), unsigned, identity) == "sender_missing"
    assert code(gates(allow_unsigned=True), unsigned, identity) == "ok"


def test_an_altered_payload_is_refused_before_anything_is_read(gates, identity, signer, tmp_path: Path) -> None:
    gate = gates(trusted_senders=[signer.verifier])
    document = gate.seal(LONG, recipients=[identity.recipient], label=LABEL, signer=signer)
    with gate.open(Once(document), identities=[identity]) as opened:
        assert opened.readall() == LONG
    size = sw.inspect(document)["header_size"]
    # Another document under the same file key is what only its holders can make; here a payload that is cut at a chunk.
    shorter = document[: size + 16 + 65552]
    with pytest.raises(sw.IntegrityError):
        gate.open(shorter, identities=[identity])


@pytest.mark.parametrize("form", ["bytes", "path", "file"])
def test_the_private_part_comes_with_the_document(gates, identity, signer, tmp_path: Path, form: str) -> None:
    private = {"file_name": "Gehälter.pdf", "data_subjects": ["p-1"], "attributes": {"ward": 3}}
    output = {"bytes": None, "path": tmp_path / "out", "file": io.BytesIO()}[form]
    sealed = gates().seal(
        TEXT, recipients=[identity.recipient], label=LABEL, private=private, signer=signer, output=output
    )
    document = {"bytes": sealed, "path": output, "file": output and getattr(output, "getvalue", lambda: b"")()}[form]
    with gates(trusted_senders=[signer.verifier]).open(document, identities=[identity]) as opened:
        assert (opened.read(), opened.private) == (TEXT, private)
    assert "private" not in json.dumps(sw.inspect(document)["label"])


def test_the_parts_of_a_document_join(gates, identity, signer, tmp_path: Path) -> None:
    gate = gates(trusted_senders=[signer.verifier], allow_unsigned=True)
    for key in (signer, None):
        header, payload = tmp_path / "header", io.BytesIO()
        gate.seal(TEXT, recipients=[identity.recipient], label=LABEL, signer=key, output=payload, header=header)
        payload.seek(0)
        with gate.open(sw.join(header, payload), identities=[identity]) as document:
            assert document.seekable() and document.read() == TEXT
        again = io.BytesIO()
        sw.detach(header.read_bytes() + payload.getvalue(), header=again, output=tmp_path / "payload")
        assert (again.getvalue(), (tmp_path / "payload").read_bytes()) == (header.read_bytes(), payload.getvalue())


def test_a_signed_document_does_not_go_to_a_pipe_in_one_part(gates, identity, signer) -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as read, open(writing, "wb", buffering=0) as write:
        with pytest.raises(sw.UsageError) as caught:
            gates().seal(TEXT, recipients=[identity.recipient], label=LABEL, signer=signer, output=write)
        assert caught.value.code == "header_last"
        header = io.BytesIO()
        gates().seal(TEXT, recipients=[identity.recipient], label=LABEL, signer=signer, output=write, header=header)
        write.close()
        payload = read.read()
    gate = gates(trusted_senders=[signer.verifier])
    assert code(gate, header.getvalue() + payload, identity) == "ok"


class Counted(io.BytesIO):
    """Counts what is read of it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.count += len(piece)
        return piece


def test_a_part_is_verified_by_the_outboard_without_the_rest(gates, identity, signer, tmp_path: Path) -> None:
    text = b"a line of text\n" * 200_000
    sealed = gates().seal(text, recipients=[identity.recipient], label=LABEL, signer=signer)
    sw.outboard(sealed, output=tmp_path / "outboard")
    gate, source = gates(trusted_senders=[signer.verifier]), Counted(sealed)
    with gate.open(source, identities=[identity], outboard=tmp_path / "outboard") as document:
        document.seek(1_000_000)
        assert document.read(100) == text[1_000_000:1_000_100]
    assert source.count < 600_000 < len(sealed)
    other = sw.outboard(gates().seal(text, recipients=[identity.recipient], label=LABEL, signer=signer))
    with pytest.raises(sw.IntegrityError) as caught:
        gate.open(sealed, identities=[identity], outboard=other)
    assert caught.value.code == "sender_signature"


def test_an_armored_document_is_signed_whole(gates, identity, signer) -> None:
    sealed = gates().seal(TEXT, recipients=[identity.recipient], label=LABEL, signer=signer, armor=True)
    assert sealed.startswith(b"-----BEGIN")
    assert code(gates(trusted_senders=[signer.verifier]), sealed, identity) == "ok"


def test_recipients_change_and_the_rest_stays(gates, identity, signer, signed, tmp_path: Path) -> None:
    gate, other = gates(trusted_senders=[signer.verifier]), sw.Identity.generate()
    added = sw.rewrap(signed, identities=[identity], add=[other.recipient])
    assert (code(gate, added, identity), code(gate, added, other)) == ("ok", "ok")
    removed = sw.rewrap(added, identities=[other], remove=[identity])
    assert (code(gate, removed, identity), code(gate, removed, other)) == ("no_identity", "ok")
    path = tmp_path / "document.age"
    path.write_bytes(added)
    sw.rewrap(path, identities=[identity], recipients=[str(other.recipient)], output=path)
    assert (code(gate, path, identity), code(gate, path, other)) == ("no_identity", "ok")
    assert os.listdir(tmp_path) == ["document.age"]
    sizes = [sw.inspect(document)["header_size"] for document in (signed, added)]
    assert hashlib.sha256(signed[sizes[0] :]).digest() == hashlib.sha256(added[sizes[1] :]).digest()


def test_a_header_by_itself_is_rewrapped(gates, identity, signer, signed) -> None:
    header, other = io.BytesIO(), sw.Identity.generate()
    payload = sw.detach(signed, header=header)
    fresh = sw.rewrap(header.getvalue(), identities=[identity], recipients=[other.recipient])
    gate = gates(trusted_senders=[signer.verifier])
    with gate.open(sw.join(fresh, payload), identities=[other]) as document:
        assert document.read() == TEXT


def test_a_failed_rewrap_leaves_the_file(gates, identity, signed, tmp_path: Path) -> None:
    path = tmp_path / "document.age"
    path.write_bytes(signed)
    for change in ({"add": [identity.recipient] * 70}, {"remove": [sw.Identity.generate()]}, {"recipients": []}):
        with pytest.raises(sw.SealwrightError):
            sw.rewrap(path, identities=[identity], output=path, **change)
    with pytest.raises(sw.NoKeyError):
        sw.rewrap(path, identities=[sw.Identity.generate()], add=[identity.recipient], output=path)
    assert path.read_bytes() == signed and os.listdir(tmp_path) == ["document.age"]


def test_signers_keep_their_secret(signer, tmp_path: Path) -> None:
    secret = signer.reveal()
    assert secret not in repr(signer) and secret not in str(signer)
    with pytest.raises(TypeError):
        pickle.dumps(signer)
    (tmp_path / "signer.txt").write_text(f"# made today\n{secret}\n")
    assert sw.Signer.load(tmp_path / "signer.txt").verifier == signer.verifier
    assert pickle.loads(pickle.dumps(signer.verifier)) == signer.verifier
    for text in ("", "PRIVATE+KEY+ana", secret[:-4]):
        with pytest.raises(sw.UsageError) as caught:
            sw.Signer.parse(text)
        assert caught.value.code == "signer_invalid" and (not text or text not in str(caught.value))
