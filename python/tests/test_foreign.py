"""Round trips with other implementations of age, both ways."""

import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest

import sealwright as sw

SIZES = [0, 1, 65535, 65536, 65537, 200_000]
LABEL = {"document_id": "d1", "classification": "internal", "purposes": ["train"]}


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_ours(identity: sw.Identity, size: int) -> None:
    theirs = pyrage.x25519.Identity.from_str(identity.reveal())
    for label in (None, LABEL):
        sealed = sw.encrypt(bytes(size), recipients=[identity.recipient], label=label)
        assert pyrage.decrypt(sealed, [theirs]) == bytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_we_open_pyrages(identity: sw.Identity, size: int) -> None:
    recipient = pyrage.x25519.Recipient.from_str(str(identity.recipient))
    assert sw.decrypt(pyrage.encrypt(bytes(size), [recipient]), identities=[identity]) == bytes(size)


def test_identities_are_the_same() -> None:
    theirs = pyrage.x25519.Identity.generate()
    ours = sw.Identity.parse(str(theirs))
    assert str(ours.recipient) == str(theirs.to_public())
    assert ours.reveal() == str(theirs)


def test_passphrases_go_both_ways() -> None:
    assert pyrage.passphrase.decrypt(sw.encrypt(b"text", passphrase="horse"), "horse") == b"text"
    assert sw.decrypt(pyrage.passphrase.encrypt(b"text", "horse"), passphrase="horse") == b"text"


@pytest.mark.skipif(
    shutil.which("age") is None and "age" not in os.environ.get("SEALWRIGHT_REQUIRE", "").split(","),
    reason="left out: stock `age` is not installed here",
)
class TestAge:
    def run(self, *arguments: str, data: bytes) -> bytes:
        return subprocess.run(["age", *arguments], input=data, capture_output=True, check=True).stdout

    @pytest.mark.parametrize("armor", [False, True])
    @pytest.mark.parametrize("size", SIZES)
    def test_age_opens_ours(self, identity: sw.Identity, tmp_path: Path, size: int, armor: bool) -> None:
        (tmp_path / "key").write_text(identity.reveal())
        sealed = sw.encrypt(bytes(size), recipients=[identity.recipient], label=LABEL, armor=armor)
        assert self.run("-d", "-i", str(tmp_path / "key"), data=sealed) == bytes(size)

    @pytest.mark.parametrize("armor", [False, True])
    @pytest.mark.parametrize("size", SIZES)
    def test_we_open_ages(self, identity: sw.Identity, size: int, armor: bool) -> None:
        flags = ["-a"] if armor else []
        sealed = self.run(*flags, "-r", str(identity.recipient), data=bytes(size))
        assert sw.decrypt(sealed, identities=[identity]) == bytes(size)
        assert sw.inspect(sealed)["armored"] is armor

    def test_age_opens_what_the_gate_sealed(self, gate: sw.Gate, identity: sw.Identity, label, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(identity.reveal())
        sealed = gate.seal(b"text", recipients=[identity.recipient], label=label)
        assert self.run("-d", "-i", str(tmp_path / "key"), data=sealed) == b"text"
