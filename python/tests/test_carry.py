"""Large input: many threads, buffers lent, the same documents and the same failures."""

import io
import os
from pathlib import Path

import pytest

import sealwright as sw
from sealwright import _core
from sealwright.carry import LONG_PIECE

CHUNK = 1 << 16
# Random, so that no chunk is like another, and text, so that the policy lets it through.
LARGE = os.urandom(2 * LONG_PIECE + 12345).translate(bytes(97 + byte % 26 for byte in range(256)))


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("carry") / "large"
    file.write_bytes(LARGE)
    return file


@pytest.mark.parametrize("threads", [None, 1, 2, 3])
@pytest.mark.parametrize("size", [0, 1, CHUNK, 20 * CHUNK, 20 * CHUNK + 1, len(LARGE)])
def test_memory_goes_through_any_number_of_threads(identity: sw.Identity, size: int, threads: int | None) -> None:
    sealed = sw.encrypt(LARGE[:size], recipients=[identity.recipient], threads=threads)
    assert sw.decrypt(sealed, identities=[identity], threads=threads) == LARGE[:size]
    assert sw.decrypt(sealed, identities=[identity], threads=1) == LARGE[:size]


@pytest.mark.parametrize("threads", [None, 1, 2, 3])
def test_files_go_through_any_number_of_threads(identity, large, tmp_path, threads) -> None:
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    sw.encrypt(large, recipients=[identity.recipient], output=sealed, threads=threads)
    sw.decrypt(sealed, identities=[identity], output=opened, threads=threads)
    assert opened.read_bytes() == LARGE
    assert sw.decrypt(io.BytesIO(sealed.read_bytes()), identities=[identity], threads=threads) == LARGE


@pytest.mark.parametrize("threads", [1, 2])
def test_a_gate_seals_and_opens_on_any_number_of_threads(gate, identity, label, large, tmp_path, threads) -> None:
    signer = sw.Signer.generate("ana")
    for source in (LARGE, large):
        for signature in (None, signer):
            options = {"recipients": [identity.recipient], "label": label, "signer": signature, "threads": threads}
            sealed = gate.seal(source, **options)
            gate.seal(source, output=tmp_path / "sealed", header=tmp_path / "header", **options)
            joined = (tmp_path / "header").read_bytes() + (tmp_path / "sealed").read_bytes()
            for document in (sealed, joined):
                with gate.open(document, identities=[identity], threads=threads) as opened:
                    assert opened.read(5) + opened.read() == LARGE


def test_a_document_in_memory_comes_in_two_parts_too(gate, identity, label, tmp_path) -> None:
    for signer in (None, sw.Signer.generate("ana")):
        header = tmp_path / "header"
        options = {"recipients": [identity.recipient], "label": label, "signer": signer}
        payload = gate.seal(LARGE, header=header, **options)
        with gate.open(header.read_bytes() + payload, identities=[identity]) as opened:
            assert opened.read() == LARGE


def test_less_than_one_thread_is_refused(gate, identity, label, tmp_path) -> None:
    for work in (
        lambda: sw.encrypt(b"", recipients=[identity.recipient], threads=0, output=tmp_path / "out"),
        lambda: sw.decrypt(b"", identities=[identity], threads=0),
        lambda: gate.seal(b"", recipients=[identity.recipient], label=label, threads=0),
        lambda: gate.open(b"", identities=[identity], threads=0),
    ):
        with pytest.raises(ValueError, match="threads"):
            work()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_changed_chunk_leaves_no_file(identity, large, tmp_path, threads) -> None:
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    sw.encrypt(large, recipients=[identity.recipient], output=sealed)
    for place in (300, LONG_PIECE, os.path.getsize(sealed) - 1):
        changed = bytearray(sealed.read_bytes())
        changed[place] ^= 1
        (tmp_path / "changed").write_bytes(changed)
        for source in (tmp_path / "changed", bytes(changed)):
            with pytest.raises(sw.IntegrityError) as caught:
                sw.decrypt(source, identities=[identity], output=opened, threads=threads)
            assert caught.value.code == "payload_corrupt"
        assert sorted(os.listdir(tmp_path)) == ["changed", "sealed"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_full_disk_is_told_of_whoever_writes(identity, large, threads) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(large, recipients=[identity.recipient], output="/dev/full", threads=threads)
    assert caught.value.code == "disk_full"


def test_a_file_that_fails_behind_its_beginning_is_told_of(identity, large, tmp_path) -> None:
    class Failing(io.FileIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            if self.reads == 3:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with Failing(large) as source, pytest.raises(sw.FileError) as caught:
        sw.encrypt(source, recipients=[identity.recipient], output=tmp_path / "out", threads=2)
    assert caught.value.code == "file_unreadable"
    assert os.listdir(tmp_path) == []


def test_a_file_object_of_ones_own_is_used_by_no_other_thread(identity) -> None:
    import threading

    class Own(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert threading.current_thread() is threading.main_thread()
            return super().read(size)

    sealed = sw.encrypt(Own(LARGE), recipients=[identity.recipient], threads=3)
    assert sw.decrypt(Own(sealed), identities=[identity], threads=3) == LARGE


@pytest.mark.parametrize(
    "view",
    [
        lambda data: memoryview(data),
        lambda data: memoryview(data)[7:-9],
        lambda data: memoryview(data)[5:5],
        lambda data: memoryview(data)[::-1],
        lambda data: memoryview(data)[1::3],
        lambda data: memoryview(data)[:256].cast("B", (16, 16)),
        lambda data: memoryview(bytearray(data))[3:],
        lambda data: memoryview(memoryview(data)[2:])[3:40],
    ],
)
def test_a_view_is_what_it_shows(identity: sw.Identity, view) -> None:
    shown = view(LARGE[: 3 * CHUNK])
    sealed = _core.Encryptor([identity.recipient._handle], None, False).finish_with(shown)
    assert sw.decrypt(sealed, identities=[identity]) == shown.tobytes()


def test_a_finished_stream_takes_nothing_more(identity: sw.Identity) -> None:
    encryptor = _core.Encryptor([identity.recipient._handle], None, False)
    sealed = encryptor.finish_with(b"text")
    for more in (encryptor.finish, lambda: encryptor.push(b""), lambda: encryptor.finish_with(b"")):
        with pytest.raises(sw.UsageError) as caught:
            more()
        assert caught.value.code == "call_order"
    assert sw.decrypt(sealed, identities=[identity]) == b"text"
