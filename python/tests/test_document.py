"""The opened document as a file object."""

import array
import csv
import io
import os
import random
from pathlib import Path

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sealwright as sw

CHUNK = 65536
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 17]
LABEL = {"document_id": "d1", "purposes": ["analyse"]}


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.fixture(scope="module")
def sealed(identity: sw.Identity) -> dict[int, bytes]:
    return {size: sw.encrypt(content(size), recipients=[identity.recipient], label=LABEL) for size in SIZES}


class Once(io.BytesIO):
    """Is a source that can be read once."""

    def seekable(self) -> bool:
        return False

    def seek(self, *place: int) -> int:
        raise io.UnsupportedOperation("seek")


@pytest.mark.parametrize("size", SIZES)
def test_all_of_it_is_read_every_way(gate, identity, sealed, size: int, tmp_path: Path) -> None:
    path = tmp_path / "document.age"
    path.write_bytes(sealed[size])
    for source in (sealed[size], path, io.BytesIO(sealed[size]), Once(sealed[size])):
        with gate.open(source, identities=[identity]) as document:
            assert document.read() == content(size)
            assert document.read() == b""
            assert document.read(10) == b""


@pytest.mark.parametrize("size", SIZES)
def test_small_reads_give_the_same(gate, identity, sealed, size: int) -> None:
    for source in (sealed[size], Once(sealed[size])):
        with gate.open(source, identities=[identity]) as document:
            pieces = list(iter(lambda document=document: document.read(9973), b""))
        assert b"".join(pieces) == content(size)
        assert {len(piece) for piece in pieces[:-1]} <= {9973}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_seek_gives_what_bytesio_gives(data: st.DataObject) -> None:
    model, document = data.draw(st.sampled_from(STORED))
    assert document.seek(0) == model.seek(0)
    size = len(model.getbuffer())
    edge = st.sampled_from([offset for size in SIZES for offset in (size - 1, size, size + 1) if offset >= 0])
    for _ in range(data.draw(st.integers(1, 8))):
        match data.draw(st.sampled_from(["set", "current", "end", "read", "readinto"])):
            case "set":
                offset = data.draw(edge | st.integers(0, size + 10))
                assert document.seek(offset) == model.seek(offset)
            case "current":
                offset = data.draw(st.integers(-model.tell(), CHUNK * 2))
                assert document.seek(offset, os.SEEK_CUR) == model.seek(offset, os.SEEK_CUR)
            case "end":
                offset = data.draw(st.integers(-size, 10))
                assert document.seek(offset, os.SEEK_END) == model.seek(offset, os.SEEK_END)
            case "read":
                length = data.draw(edge | st.integers(-1, 5000))
                assert document.read(length) == model.read(length)
            case "readinto":
                ours, theirs = bytearray(length := data.draw(edge)), bytearray(length)
                assert document.readinto(ours) == model.readinto(theirs)
                assert ours == theirs
        assert document.tell() == model.tell()


@pytest.fixture(autouse=True, scope="module")
def _stored(policy, identity, sealed):
    gate = sw.Gate(policy, subject={"id": "a", "roles": ["analyst"], "amr": ["mfa"]}, purpose="analyse", allow_unsigned=True)
    STORED.extend((io.BytesIO(content(size)), gate.open(sealed[size], identities=[identity])) for size in SIZES)
    yield
    STORED.clear()


STORED: list[tuple[io.BytesIO, sw.Document]] = []


def test_it_works_under_the_standard_wrappers(gate, identity, label) -> None:
    text = "name,city\r\nÄnne,Zürich\r\n" * 20_000
    sealed = gate.seal(text.encode(), recipients=[identity.recipient], label=label)
    for source in (sealed, Once(sealed)):
        with io.TextIOWrapper(io.BufferedReader(gate.open(source, identities=[identity])), "utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows == [["name", "city"], ["Änne", "Zürich"]] * 20_000
    with io.BufferedReader(gate.open(sealed, identities=[identity])) as buffered:
        assert buffered.peek(4)[:4] == b"name"
        buffered.seek(-6, os.SEEK_END)
        assert buffered.read() == "rich\r\n".encode()


def test_lines_are_read(gate, identity, label) -> None:
    sealed = gate.seal(b"one\ntwo\n", recipients=[identity.recipient], label=label)
    assert list(gate.open(sealed, identities=[identity])) == [b"one\n", b"two\n"]


def test_readinto_takes_any_buffer(gate, identity, sealed) -> None:
    with gate.open(sealed[CHUNK + 1], identities=[identity]) as document:
        room = array.array("I", bytes(64))
        assert document.readinto(room) == 64
        assert room.tobytes() == content(CHUNK + 1)[:64]
        with pytest.raises((TypeError, BufferError)):
            document.readinto(b"read only")


@pytest.mark.parametrize("once", [False, True])
def test_use_after_close_is_a_value_error(gate, identity, sealed, once: bool) -> None:
    document = gate.open(Once(sealed[1]) if once else sealed[1], identities=[identity])
    document.close()
    document.close()
    assert document.closed
    for use in (
        document.read,
        document.readall,
        document.readable,
        document.seekable,
        document.tell,
        lambda: document.seek(0),
        lambda: document.readinto(bytearray(1)),
        document.__enter__,
        document.readline,
    ):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_wrong_seeks_are_value_errors(gate, identity, sealed) -> None:
    with gate.open(sealed[1], identities=[identity]) as document:
        with pytest.raises(ValueError, match="negative"):
            document.seek(-1)
        with pytest.raises(ValueError, match="whence"):
            document.seek(0, 7)
        with pytest.raises(io.UnsupportedOperation):
            document.write(b"")
        assert not document.writable()


def test_the_callers_file_stays_open(gate, identity, sealed, tmp_path: Path) -> None:
    source = io.BytesIO(b"front" + sealed[CHUNK + 1])
    source.seek(5)
    with gate.open(source, identities=[identity]) as document:
        document.seek(CHUNK)
        assert document.read() == content(CHUNK + 1)[CHUNK:]
    assert not source.closed


@pytest.mark.parametrize("size", [1, CHUNK, CHUNK + 1])
def test_a_document_cut_short_is_told_when_it_is_opened(gate, identity, sealed, size: int) -> None:
    for cut in (1, 16, 17):
        with pytest.raises((sw.IntegrityError, sw.MalformedError)):
            gate.open(sealed[size][:-cut], identities=[identity])


def test_a_stream_cut_short_is_told_at_its_end_and_stays_failed(gate, identity, sealed) -> None:
    size = 2 * CHUNK + 1
    with gate.open(Once(sealed[size][:-1]), identities=[identity]) as document:
        front = document.read(CHUNK)
        assert front == content(size)[:CHUNK]
        for _ in range(3):
            with pytest.raises(sw.IntegrityError) as caught:
                document.readall()
            assert caught.value.code == "payload_corrupt"


def test_a_broken_chunk_spoils_only_what_reads_it(gate, identity, sealed) -> None:
    size = 3 * CHUNK + 17
    broken = bytearray(sealed[size])
    broken[-17 - 16 - CHUNK] ^= 1
    with gate.open(broken, identities=[identity]) as document:
        document.seek(2 * CHUNK)
        with pytest.raises(sw.IntegrityError):
            document.read(1)
        document.seek(0)
        assert document.read(CHUNK) == content(size)[:CHUNK]


def test_a_random_read_takes_one_chunk_of_the_source(gate, identity) -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            Counting.taken += len(piece)
            return piece

    source = Counting(sw.encrypt(bytes(5_000_000), recipients=[identity.recipient], label=LABEL))
    with gate.open(source, identities=[identity]) as document:
        Counting.taken = 0
        document.seek(2_000_000)
        document.read(4096)
        assert Counting.taken <= 2 * (CHUNK + 16)


def test_many_ranges_are_read_at_once(gate, identity) -> None:
    text = b"abcdefghijklmnop" * (5 * CHUNK // 16)
    sealed = gate.seal(text, recipients=[identity.recipient], label=LABEL)
    ranges = [(CHUNK - 1, CHUNK + 1), (0, 5), (4 * CHUNK, 9 * CHUNK), (7, 7), (3, 9), (8 * CHUNK, 9 * CHUNK)]
    with gate.open(sealed, identities=[identity]) as document:
        assert document.read_ranges(ranges) == [text[start:end] for start, end in ranges]
        assert document.tell() == 0
        for broken in ((-1, 2), (3, 2)):
            with pytest.raises(ValueError):
                document.read_ranges([broken])
    with gate.open(Once(sealed), identities=[identity]) as document, pytest.raises(io.UnsupportedOperation):
        document.read_ranges([(0, 1)])


def test_a_document_opens_from_fsspec(gate, identity) -> None:
    with fsspec.open("memory://sealed.age", "wb") as file:
        gate.seal(b"a line\n", recipients=[identity.recipient], output=file, label=LABEL)
    with fsspec.open("memory://sealed.age", "rb") as file, gate.open(file, identities=[identity]) as document:
        assert document.seekable() and document.read() == b"a line\n"
