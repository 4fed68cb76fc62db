"""Output files: whole or not at all, and every trouble with a file is coded."""

import errno
import io
import os
import stat
from pathlib import Path
from typing import ClassVar

import pytest

import sealwright as sw


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    file = tmp_path / "plain"
    file.write_bytes(b"text")
    return file


def failed(caught: pytest.ExceptionInfo[sw.FileError], code: str) -> None:
    assert caught.value.code == code
    assert isinstance(caught.value, sw.SealwrightError)


def test_a_missing_source_is_coded(identity: sw.Identity, tmp_path: Path) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(tmp_path / "none", recipients=[identity.recipient])
    failed(caught, "file_not_found")
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_a_folder_is_no_source(identity: sw.Identity, tmp_path: Path) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(tmp_path, recipients=[identity.recipient])
    failed(caught, "file_unreadable")


def test_a_source_that_fails_is_coded(identity: sw.Identity, tmp_path: Path) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(errno.EIO, "input/output error")

    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(Broken(), recipients=[identity.recipient], output=tmp_path / "out")
    failed(caught, "file_unreadable")
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_coded(identity: sw.Identity, plain: Path) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(plain, recipients=[identity.recipient], output="/dev/full")
    failed(caught, "disk_full")
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(sw.FileError) as caught:
        sw.encrypt(plain, recipients=[identity.recipient], output=full)
    failed(caught, "disk_full")
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_a_disk_that_fills_up_leaves_nothing(
    identity: sw.Identity, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "out").write_bytes(b"before")
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(plain, recipients=[identity.recipient], output=tmp_path / "out")
    failed(caught, "disk_full")
    assert (tmp_path / "out").read_bytes() == b"before"
    assert sorted(os.listdir(tmp_path)) == ["out", "plain"]


@pytest.mark.parametrize("link", [os.symlink, os.link, None])
def test_the_output_is_not_the_input(identity: sw.Identity, plain: Path, tmp_path: Path, link) -> None:
    output = plain if link is None else tmp_path / "link"
    if link is not None:
        link(plain, output)
    for source in (plain, plain.open("rb", buffering=0)):
        with pytest.raises(sw.FileError) as caught:
            sw.encrypt(source, recipients=[identity.recipient], output=output)
        failed(caught, "output_is_input")
    source.close()
    with plain.open("rb") as source, plain.open("r+b") as same, pytest.raises(sw.FileError) as caught:
        sw.encrypt(source, recipients=[identity.recipient], output=same)
    failed(caught, "output_is_input")
    assert plain.read_bytes() == b"text"


def test_an_output_is_replaced_whole(identity: sw.Identity, plain: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"before")
    target.chmod(0o640)
    link.symlink_to(target)
    sw.encrypt(plain, recipients=[identity.recipient], output=link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sw.decrypt(target, identities=[identity]) == b"text"


def test_a_missing_folder_is_coded(identity: sw.Identity, plain: Path, tmp_path: Path) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(plain, recipients=[identity.recipient], output=tmp_path / "none" / "out")
    failed(caught, "file_not_found")


def test_a_folder_is_no_output(identity: sw.Identity, plain: Path, tmp_path: Path) -> None:
    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(plain, recipients=[identity.recipient], output=tmp_path)
    failed(caught, "file_unwritable")


def test_a_slow_sink_gets_everything(identity: sw.Identity) -> None:
    class Slow(io.RawIOBase):
        def __init__(self) -> None:
            self.held = b""

        def writable(self) -> bool:
            return True

        def write(self, piece) -> int:
            self.held += bytes(piece[:100])
            return min(len(piece), 100)

    slow = Slow()
    sw.encrypt(bytes(10_000), recipients=[identity.recipient], output=slow)
    assert sw.decrypt(slow.held, identities=[identity]) == bytes(10_000)


def test_a_sink_that_says_nothing_gets_everything_once(identity: sw.Identity) -> None:
    class Quiet:
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def write(self, piece: memoryview) -> None:
            self.parts.append(bytes(piece))

        def flush(self) -> None:
            pass

    sink = Quiet()
    sw.encrypt(bytes(100_000), recipients=[identity.recipient], output=sink)
    assert sw.decrypt(b"".join(sink.parts), identities=[identity]) == bytes(100_000)


@pytest.mark.parametrize("answer", [None, 0])
def test_a_sink_that_takes_nothing_is_coded(identity: sw.Identity, answer: int | None) -> None:
    class Stuck(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, piece: object) -> int | None:
            return answer

    with pytest.raises(sw.FileError) as caught:
        sw.encrypt(b"text", recipients=[identity.recipient], output=Stuck())
    failed(caught, "file_unwritable")


def test_an_unfinished_output_is_its_owners_alone(identity: sw.Identity, tmp_path: Path) -> None:
    class Watching(io.BytesIO):
        modes: ClassVar[set[int]] = set()

        def read(self, size: int | None = -1) -> bytes:
            self.modes |= {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(".*.partial")}
            return super().read(size)

    before = os.umask(0o022)
    try:
        sw.encrypt(Watching(bytes(3_000_000)), recipients=[identity.recipient], output=tmp_path / "out")
    finally:
        os.umask(before)
    assert Watching.modes == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o644
