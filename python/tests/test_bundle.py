"""Policies in one file."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

import sealwright as sw

RULE = 'package acme\n\ndecision := {"decision": input.subject.id == data.acme.owner}\n'
MANIFEST = '{"revision": "7", "roots": ["acme"], "metadata": {"sealwright": {"name": "acme", "entrypoint": "acme.decision"}}}'
REQUEST = {"subject": {"type": "user", "id": "ana"}, "action": {"name": "open"}, "resource": {"type": "document", "id": "d"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "policy"
    (folder / "acme").mkdir(parents=True)
    (folder / ".manifest").write_text(MANIFEST)
    (folder / "acme" / "acme.rego").write_text(RULE)
    (folder / "acme" / "data.yaml").write_text("# who may\nowner: ana\n")
    return folder


def code(work: Any) -> str:
    with pytest.raises(sw.SealwrightError) as caught:
        work()
    return caught.value.code


def test_a_folder_and_its_bundle_are_one_policy(folder: Path) -> None:
    built = sw.Bundle.load(folder).build()
    (folder.parent / "acme.tar.gz").write_bytes(built)
    policies = [sw.Policy.load(folder), sw.Policy.from_bundle(built), sw.Policy.load(folder.parent / "acme.tar.gz")]
    assert policies[0].reference == policies[1].reference == policies[2].reference
    assert policies[0].reference["name"] == "acme" and policies[0].reference["revision"] == "7"
    assert all(policy.decide(REQUEST)["decision"] for policy in policies)


def test_what_is_built_is_a_tar_that_others_read(folder: Path) -> None:
    built = sw.Bundle.load(folder).build(revision="8")
    assert built == sw.Bundle.from_bytes(built).build()
    with tarfile.open(fileobj=io.BytesIO(built)) as archive:
        assert archive.getnames() == [".manifest", "acme/acme.rego", "data.json"]
        entries = archive.getmembers()
        assert {(entry.mtime, entry.uid, entry.gid, entry.mode, entry.uname) for entry in entries} == {(0, 0, 0, 0o644, "")}
        assert archive.extractfile("data.json").read() == b'{"acme":{"owner":"ana"}}'  # type: ignore[union-attr]
    assert sw.Policy.from_bundle(built).reference["revision"] == "8"


def test_a_signed_bundle_is_still_a_tar_that_others_read(folder: Path) -> None:
    bundle = sw.Bundle.load(folder)
    signed = bundle.build(signer=sw.Signer.generate("ops"))
    assert gzip.decompress(signed) == gzip.decompress(bundle.build())


def test_only_those_trusted_make_a_policy(folder: Path, tmp_path: Path) -> None:
    ops, eve = sw.Signer.generate("ops"), sw.Signer.generate("eve")
    built = sw.Bundle.load(folder).build()
    signed = sw.sign_bundle(built, ops)
    bundle = sw.Bundle.from_bytes(signed, trusted_signers=[ops.verifier])
    assert bundle.signer is not None and bundle.signer.startswith("ops+")
    assert sw.Policy.from_bundle(bundle).reference == sw.Policy.from_bundle(signed, trusted_signers=[str(ops.verifier)]).reference
    keys = tmp_path / "keys"
    keys.write_text(f"# ops\n{ops.verifier}\n")
    path = tmp_path / "acme.tar.gz"
    path.write_bytes(signed)
    assert sw.Policy.load(path, trusted_signers=keys).reference["name"] == "acme"
    assert code(lambda: sw.Policy.load(path, trusted_signers=[eve.verifier])) == "bundle_untrusted"
    assert code(lambda: sw.Policy.from_bundle(built, trusted_signers=[ops.verifier])) == "bundle_unsigned"
    assert code(lambda: sw.Policy.from_bundle(signed, trusted_signers=[])) == "bundle_untrusted"
    assert code(lambda: sw.Policy.load(folder, trusted_signers=[ops.verifier])) == "bundle_unsigned"
    note = sw.sign_bundle_detached(built, ops)
    assert sw.Policy.from_bundle(built, trusted_signers=[ops.verifier], note=note).reference["revision"] == "7"
    with pytest.raises(TypeError):
        sw.Policy.from_bundle(bundle, trusted_signers=[ops.verifier])
    with pytest.raises(TypeError):
        sw.Policy.from_bundle(signed, trusted_signers=ops.verifier)  # type: ignore[arg-type]


def test_every_flipped_byte_of_a_signed_bundle_is_refused(folder: Path) -> None:
    ops = sw.Signer.generate("ops")
    signed = sw.Bundle.load(folder).build(signer=ops)
    for place in range(len(signed)):
        flipped = bytearray(signed)
        flipped[place] ^= 1
        assert code(lambda: sw.Bundle.from_bytes(flipped, trusted_signers=[ops.verifier])).startswith(("bundle", "policy"))  # noqa: B023


def test_the_old_policy_stays_when_the_next_fails(folder: Path) -> None:
    ops = sw.Signer.generate("ops")
    policy = sw.Policy.from_bundle(sw.Bundle.load(folder).build(signer=ops), trusted_signers=[ops.verifier])
    before = policy.reference
    (folder / "acme" / "acme.rego").write_text("package acme\n\ndecision := nonsense(1)\n")
    nonsense = sw.Bundle.load(folder).build(signer=ops)
    for following in (nonsense, nonsense[:-1]):
        try:
            policy = sw.Policy.from_bundle(following, trusted_signers=[ops.verifier])
        except sw.SealwrightError:
            pass
    assert policy.reference == before


def test_a_program_is_lent_by_a_bundle_that_was_verified(folder: Path) -> None:
    ops = sw.Signer.generate("ops")
    built = sw.Bundle.load(folder).build(program=True, signer=ops)
    read, verified = sw.Bundle.from_bytes(built), sw.Bundle.from_bytes(built, trusted_signers=[ops.verifier])
    assert (read.program, read.description["program"]) == (None, True)
    verified.verify_program()
    assert verified.program is not None
    policies = [sw.Policy.from_program(verified.program), sw.Policy.from_bundle(verified), sw.Policy.load(folder)]
    assert policies[0].reference == policies[1].reference == policies[2].reference
    assert all(policy.decide(REQUEST) == policies[0].decide(REQUEST) for policy in policies)
    assert all(policy.to_program() == verified.program for policy in policies)


def test_a_program_of_another_policy_is_refused(folder: Path) -> None:
    program = sw.Policy.load(folder).to_program()
    (folder / "policy.program").write_bytes(program)
    sw.Bundle.load(folder).verify_program()
    (folder / "acme" / "acme.rego").write_text(RULE + "\n")
    assert code(lambda: sw.Bundle.load(folder)) == "program_mismatch"
    assert code(lambda: sw.Policy.from_program(program[:-1])) == "program_malformed"


def test_a_bomb_is_refused() -> None:
    zeros = gzip.compress(bytes(100 << 20), 9)
    assert len(zeros) < 200_000
    assert code(lambda: sw.Policy.from_bundle(zeros)) == "policy_limit"


def test_an_endless_file_is_refused() -> None:
    assert code(lambda: sw.Bundle.load("/dev/zero")) == "policy_limit"


def test_a_bundle_is_printed_with_its_digest(folder: Path) -> None:
    bundle = sw.Bundle.load(folder)
    assert bundle.digest[:12] in repr(bundle) and bundle.description["roots"] == ["acme"]
