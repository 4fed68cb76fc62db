"""`Bundle`: a policy in one file, as OPA has it, or in a folder; signed or not."""

from __future__ import annotations

import json
import os

from . import _core
from .encoding import to_json
from .errors import FileError
from .signer import VerifierKey
from .source import PIECE, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from .protocols import Buffer, SignatureKeys, TrustedSigners
    from .signer import Signer

_SPECIAL = (".manifest", ".signatures.json")
_NAMES = ("data.json", "data.yaml", "data.yml", "patch.json", "policy.wasm", "plan.json", "policy.program", *_SPECIAL)


_MOST = 1 << 28


class Bundle:
    """Holds a bundle that was read whole: verified, if whom to trust was said, or else as it is."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _core.Bundle) -> None:
        self._handle = handle

    @classmethod
    def from_bytes(
        cls,
        data: Buffer,
        *,
        trusted_signers: TrustedSigners | None = None,
        signature_keys: SignatureKeys | None = None,
        scope: str = "",
        note: str | None = None,
    ) -> Bundle:
        """Reads a `.tar.gz` or `.tar`.

        With `trusted_signers`, one of them must have signed it: the note stands in it, or is given. With
        `signature_keys`, a list of `{id?, algorithm, key}`, its `.signatures.json` may hold instead, for `scope`.
        """
        options = _options(trusted_signers, signature_keys, scope)
        return cls(_core.Bundle.open(data, to_json("options", options if note is None else {**options, "note": note})))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        trusted_signers: TrustedSigners | None = None,
        signature_keys: SignatureKeys | None = None,
        scope: str = "",
        note: str | None = None,
    ) -> Bundle:
        """Reads a bundle's file, or a folder. Hidden files and folders are passed over; a folder can only be verified by
        its `.signatures.json`."""
        if not os.path.isdir(path):
            return cls.from_bytes(
                _content(path), trusted_signers=trusted_signers, signature_keys=signature_keys, scope=scope, note=note
            )
        options = _options(trusted_signers, signature_keys, scope)
        files = dict(_files(os.fspath(path), every="trust" in options))
        return cls(_core.Bundle.from_files(list(files), list(files.values()), to_json("options", options)))

    @property
    def description(self) -> dict[str, Any]:
        """Says what it is: digest, revision, roots, metadata, signer, and the policy's name and entrypoint if it gives them."""
        description: dict[str, Any] = json.loads(self._handle.describe())
        return description

    @property
    def digest(self) -> str:
        """The digest that names its files."""
        return str(self.description["digest"])

    @property
    def revision(self) -> str:
        """Its revision, derived from the digest where it gives none."""
        return str(self.description["revision"])

    @property
    def signer(self) -> str | None:
        """Who signed it, if it was verified."""
        return self.description.get("signer")

    @property
    def program(self) -> bytes | None:
        """The policy compiled, if the bundle holds that and was verified: for runtimes without a compiler."""
        return self._handle.program()

    def verify_program(self) -> None:
        """Checks that the program is what the modules and data compile to, if it has one. `program_mismatch` is raised."""
        self._handle.verify_program()

    def build(
        self,
        *,
        name: str | None = None,
        revision: str | None = None,
        entrypoint: str | None = None,
        tests: bool = False,
        program: bool = False,
        signer: Signer | None = None,
    ) -> bytes:
        """Returns a bundle's bytes: the same for the same policy. Tests are left out unless asked for.

        With `program`, the policy stands in it compiled too, for runtimes without a compiler.
        """
        options = {"name": name, "revision": revision, "entrypoint": entrypoint}
        built = self._handle.build(to_json("options", {**_given(options), "tests": tests, "program": program}))
        return built if signer is None else sign_bundle(built, signer)

    def __repr__(self) -> str:
        return f"<Bundle {self.revision} {self.digest[:12]}>"


def sign_bundle(data: Buffer, signer: Signer) -> bytes:
    """Returns a bundle with the signer's note in its gzip header, in place of any other."""
    return _core.sign_bundle(data, signer._handle)


def sign_bundle_detached(data: Buffer, signer: Signer) -> str:
    """Returns the signer's note of a compressed bundle, to be kept beside it."""
    return _core.sign_bundle_detached(data, signer._handle)


def _options(signers: TrustedSigners | None, keys: SignatureKeys | None, scope: str) -> dict[str, Any]:
    if signers is None and keys is None:
        return {}
    if isinstance(signers, str | VerifierKey):
        raise TypeError("trusted_signers: expected a list of verifier keys or a path object, got one key")
    known = VerifierKey.load(signers) if isinstance(signers, os.PathLike) else signers or ()
    return {"trust": {"signers": [str(key) for key in known], "keys": list(keys or ()), "scope": scope}}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _files(root: str, *, every: bool) -> Iterator[tuple[str, bytes]]:
    """Yields the path and content of each file below `root`: those that make a policy, or every one."""
    for folder, folders, names in os.walk(root, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            wanted = every and not name.startswith(".")
            if wanted or name.endswith(".rego") or name in _NAMES:
                path = os.path.join(folder, name)
                yield os.path.relpath(path, root).replace(os.sep, "/"), _content(path)


def _content(path: str | os.PathLike[str]) -> bytes:
    """Reads a file, or so much of it that the core refuses it."""
    pieces: list[bytes] = []
    with Source(path) as source:
        for piece in source.pieces():
            pieces.append(piece)
            if len(pieces) * PIECE > _MOST:
                break
    return b"".join(pieces)


def _raise(error: OSError) -> None:
    raise FileError.from_reading(error, str(error.filename)) from error
