"""Raw age: bytes, buffers, paths and file objects in and out."""

import array
import io
import os
from pathlib import Path

import numpy
import pytest

import sealwright as sw
from sealwright import _core

TEXT = bytes(range(256)) * 4
LABEL = {"document_id": "d1", "purposes": ["train"]}


@pytest.mark.parametrize(
    "source",
    [
        TEXT,
        bytearray(TEXT),
        memoryview(TEXT),
        memoryview(b"".join(bytes([byte, 0]) for byte in TEXT))[::2],
        array.array("B", TEXT),
        array.array("i", array.array("i", TEXT)),
        numpy.frombuffer(TEXT, dtype="u1"),
        numpy.frombuffer(TEXT, dtype="f8"),
        numpy.frombuffer(TEXT, dtype="u1").reshape(4, 256),
        io.BytesIO(TEXT),
    ],
    ids=lambda source: type(source).__name__,
)
def test_every_kind_of_bytes_is_taken(identity: sw.Identity, source) -> None:
    sealed = sw.encrypt(source, recipients=[identity.recipient])
    assert sw.decrypt(sealed, identities=[identity]) == TEXT


@pytest.mark.parametrize("source", [b"", bytearray(), numpy.zeros((0, 3), dtype="u1"), io.BytesIO()])
def test_nothing_is_taken_too(identity: sw.Identity, source) -> None:
    assert sw.decrypt(sw.encrypt(source, recipients=[identity.recipient]), identities=[identity]) == b""


@pytest.mark.parametrize("source", [None, 5, ["a"], io.StringIO("text")])
def test_what_is_no_bytes_is_a_type_error(identity: sw.Identity, source) -> None:
    with pytest.raises(TypeError):
        sw.encrypt(source, recipients=[identity.recipient])


@pytest.mark.parametrize(
    "view",
    [
        bytearray(TEXT),
        memoryview(TEXT),
        numpy.frombuffer(TEXT, dtype="u1"),
        numpy.frombuffer(TEXT * 2, dtype="u1").reshape(2, -1)[0],
    ],
    ids=lambda view: type(view).__name__,
)
def test_the_extension_takes_buffers(identity: sw.Identity, view) -> None:
    encryptor = _core.Encryptor([identity.recipient._handle], None, False)
    sealed = encryptor.push(view) + encryptor.finish()
    assert sw.decrypt(sealed, identities=[identity]) == TEXT


def test_paths_and_files_go_both_ways(identity: sw.Identity, tmp_path: Path) -> None:
    plain, sealed, opened = tmp_path / "plain", tmp_path / "sealed.age", tmp_path / "opened"
    plain.write_bytes(TEXT)
    sw.encrypt(str(plain), recipients=[identity.recipient], output=sealed)
    with sealed.open("rb") as source, opened.open("wb") as output:
        sw.decrypt(source, identities=[identity], output=output)
        assert not source.closed and not output.closed
    assert opened.read_bytes() == TEXT
    assert sorted(os.listdir(tmp_path)) == ["opened", "plain", "sealed.age"]


def test_a_file_object_is_read_from_where_it_stands(identity: sw.Identity) -> None:
    source = io.BytesIO(b"front" + TEXT)
    source.seek(5)
    assert sw.decrypt(sw.encrypt(source, recipients=[identity.recipient]), identities=[identity]) == TEXT


def test_a_pipe_is_read(identity: sw.Identity) -> None:
    reading, writing = os.pipe()
    with open(writing, "wb") as file:
        file.write(TEXT)
    with open(reading, "rb") as file:
        assert sw.decrypt(sw.encrypt(file, recipients=[identity.recipient]), identities=[identity]) == TEXT


def test_armor_is_text(identity: sw.Identity) -> None:
    sealed = sw.encrypt(TEXT, recipients=[identity.recipient], armor=True)
    assert sealed.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n") and sealed.isascii()
    assert sw.decrypt(sealed, identities=[identity]) == TEXT
    assert sw.inspect(sealed)["armored"] is True


def test_a_passphrase_works_alone() -> None:
    sealed = sw.encrypt(TEXT, passphrase="correct horse")
    assert sw.decrypt(sealed, passphrase="correct horse") == TEXT
    with pytest.raises(sw.NoKeyError) as caught:
        sw.decrypt(sealed, passphrase="wrong horse")
    assert caught.value.code == "no_identity"


def test_the_two_kinds_of_key_are_not_mixed(identity: sw.Identity) -> None:
    for wrong in ({}, {"recipients": [identity.recipient], "passphrase": "x"}, {"passphrase": "x", "label": LABEL}):
        with pytest.raises(TypeError):
            sw.encrypt(b"", **wrong)
    with pytest.raises(TypeError):
        sw.decrypt(b"")


def test_a_label_is_inspected_without_a_key(identity: sw.Identity) -> None:
    inspection = sw.inspect(sw.encrypt(TEXT, recipients=[identity.recipient], label=LABEL))
    assert inspection["label"] == LABEL
    assert inspection["armored"] is False
    assert [stanza["type"] for stanza in inspection["stanzas"]].count("X25519") == 1


def test_inspecting_reads_no_payload(identity: sw.Identity) -> None:
    source = io.BytesIO(sw.encrypt(bytes(10_000_000), recipients=[identity.recipient]))
    sw.inspect(source)
    assert source.tell() < 1_000_000


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ({"document_id": "d", "attributes": {"x": "a" * 5000}}, "label_too_large"),
        ({"document_id": "d", "unknown": 1}, "json_invalid"),
        ({"document_id": ""}, "label_malformed"),
        ({"document_id": "d", "attributes": {"x": float("nan")}}, "json_invalid"),
        ({"document_id": "d", "attributes": {"x": object()}}, "json_invalid"),
        ('{"document_id":"d","document_id":"e"}', "json_invalid"),
    ],
)
def test_bad_labels_are_coded(identity: sw.Identity, label, code: str) -> None:
    with pytest.raises(sw.SealwrightError) as caught:
        sw.encrypt(b"", recipients=[identity.recipient], label=label)
    assert caught.value.code == code


def test_sixty_five_stanzas_are_too_many(identity: sw.Identity) -> None:
    with pytest.raises(sw.UsageError) as caught:
        sw.encrypt(b"", recipients=[identity.recipient] * 65)
    assert caught.value.code == "too_many_recipients"
    sw.encrypt(b"", recipients=[identity.recipient] * 64)


def test_nobody_to_encrypt_to_is_coded() -> None:
    with pytest.raises(sw.UsageError) as caught:
        sw.encrypt(b"", recipients=[])
    assert caught.value.code == "no_recipients"


@pytest.mark.parametrize("size", [0, 1, 65536, 65537])
def test_a_document_cut_short_anywhere_gives_nothing(identity: sw.Identity, size: int, tmp_path: Path) -> None:
    sealed = sw.encrypt(bytes(size), recipients=[identity.recipient], label=LABEL)
    places = [*range(0, min(len(sealed), 500)), *range(len(sealed) - 40, len(sealed)), 65536, 65900]
    for end in places:
        if end >= len(sealed):
            continue
        with pytest.raises((sw.MalformedError, sw.IntegrityError)):
            sw.decrypt(sealed[:end], identities=[identity], output=tmp_path / "out")
        assert os.listdir(tmp_path) == []


def test_a_flipped_bit_anywhere_gives_nothing(identity: sw.Identity) -> None:
    sealed = sw.encrypt(b"some text", recipients=[identity.recipient], label=LABEL)
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1 << (place % 8)
        with pytest.raises((sw.MalformedError, sw.IntegrityError, sw.NoKeyError)):
            sw.decrypt(broken, identities=[identity])


def test_an_endless_header_is_refused_early() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            front = b"age-encryption.org/v1\n-> X " if self.taken == size else b""
            return front + b"a" * (size - len(front))

    source = Endless()
    with pytest.raises(sw.MalformedError) as caught:
        sw.inspect(source)
    assert caught.value.code == "header_too_large"
    assert source.taken < 1 << 20


def test_a_wrong_key_is_told_as_any_other_failure(identity: sw.Identity) -> None:
    sealed = sw.encrypt(TEXT, recipients=[identity.recipient])
    with pytest.raises(sw.NoKeyError) as wrong_key:
        sw.decrypt(sealed, identities=[sw.Identity.generate()])
    with pytest.raises(sw.IntegrityError) as broken:
        sw.decrypt(sealed[:-1], identities=[identity])
    assert str(wrong_key.value) == str(broken.value)
    assert (wrong_key.value.code, broken.value.code) == ("no_identity", "payload_corrupt")
