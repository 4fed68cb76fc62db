"""`Policy`: rules, with their data, that decide."""

from __future__ import annotations

import json
import os

from . import _core
from .bundle import Bundle
from .clock import now
from .encoding import from_json, to_json
from .errors import EnvironmentFailure
from .explanation import Explanation
from .filter import Filter
from .source import read_text
from .subject import authzen_subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from .protocols import Buffer, SignatureKeys, TrustedSigners
    from .sandbox import Sandboxed


class Policy:
    """Decides requests by Rego modules and their data.

    One that is `untrusted`, since nobody vouches for its author, is evaluated in WebAssembly, where fuel and memory are
    bounded whatever it does: the answers are the same. It needs `sealwright[sandbox]`. What it is ended for raises
    `policy_trap`, and the next request is answered as ever.
    """

    __slots__ = ("_handle",)

    _handle: _core.Policy | Sandboxed

    def __init__(
        self,
        modules: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        name: str = "policy",
        revision: str = "unversioned",
        entrypoint: str | None = None,
        untrusted: bool = False,
    ) -> None:
        """Loads modules, a text for each path. `entrypoint` names the rule that is the decision."""
        source = _record(modules, data or {}, name, revision, entrypoint)
        self._handle = _sandboxed(source) if untrusted else _core.Policy.load(source)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        revision: str | None = None,
        entrypoint: str | None = None,
        trusted_signers: TrustedSigners | None = None,
        signature_keys: SignatureKeys | None = None,
        scope: str = "",
        note: str | None = None,
        untrusted: bool = False,
    ) -> Policy:
        """Loads a bundle's file, or a folder of `*.rego` and `data.json` or `data.yaml`.

        The data of a folder inside it stand under that folder's name, as for `opa`. `name`, `revision` and `entrypoint`
        go before what the bundle says; one that says no name has that of its file. A policy never changes: whoever holds
        one assigns the next when it is loaded, and keeps the old one when that fails. With `trusted_signers` or
        `signature_keys`, it must be signed: see `Bundle`.
        """
        trust: dict[str, Any] = {"trusted_signers": trusted_signers, "signature_keys": signature_keys, "scope": scope}
        bundle = Bundle.load(path, **trust, note=note)
        description = bundle.description
        if revision is None and not description["versioned"] and os.path.isdir(path):
            revision = "unversioned"
        return cls._of(bundle, name or description.get("name") or _name(path), revision, entrypoint, untrusted)

    @classmethod
    def from_bundle(
        cls,
        bundle: Bundle | Buffer,
        *,
        name: str | None = None,
        revision: str | None = None,
        entrypoint: str | None = None,
        trusted_signers: TrustedSigners | None = None,
        signature_keys: SignatureKeys | None = None,
        scope: str = "",
        note: str | None = None,
        untrusted: bool = False,
    ) -> Policy:
        """Loads a bundle that is in memory, as `load` does. A `Bundle` is read already, and verified or not."""
        if not isinstance(bundle, Bundle):
            trust: dict[str, Any] = {"trusted_signers": trusted_signers, "signature_keys": signature_keys, "scope": scope}
            bundle = Bundle.from_bytes(bundle, **trust, note=note)
        elif (trusted_signers, signature_keys, note) != (None, None, None):
            raise TypeError("a `Bundle` is verified when it is read: say there whom to trust")
        return cls._of(bundle, name, revision, entrypoint, untrusted)

    @classmethod
    def from_program(cls, program: Buffer) -> Policy:
        """Loads a program: a policy that was compiled before.

        Take it from a `Bundle` that was verified, or from your own build: which policy it says it is of, only its maker
        knows.
        """
        policy = cls.__new__(cls)
        policy._handle = _core.Policy.from_program(program)
        return policy

    def to_program(self) -> bytes:
        """Returns the policy compiled: the same bytes for the same policy. One that needs the reference tier raises
        `policy_tier`, and an untrusted one a `TypeError`."""
        if not isinstance(self._handle, _core.Policy):
            raise TypeError("an untrusted policy is not compiled here")
        return self._handle.to_program()

    @classmethod
    def _of(
        cls, bundle: Bundle, name: str | None, revision: str | None, entrypoint: str | None, untrusted: bool
    ) -> Policy:
        policy = cls.__new__(cls)
        options = {"name": name, "revision": revision, "entrypoint": entrypoint}
        given = {option: value for option, value in options.items() if value is not None}
        names = to_json("options", given)
        policy._handle = _sandboxed(bundle._handle.source(names)) if untrusted else bundle._handle.policy(names)
        return policy

    @staticmethod
    def check(
        path: str | os.PathLike[str],
        *,
        schema: Mapping[str, Any] | None = None,
        data_schema: Mapping[str, Any] | None = None,
        entrypoint: str | None = None,
    ) -> list[dict[str, Any]]:
        """Says what is doubtful in a folder or bundle, tests included, and everything that keeps it from being loaded.

        Each finding has `code`, `severity`, `file`, `row`, `column`, `message` and `hint`. The schemas are JSON Schemas of
        `input` and `data`; if they are not given, `schemas/input.schema.json` and `schemas/data.schema.json` in the folder,
        where they are.
        """
        bundle = Bundle.load(path)
        options = {"name": bundle.description.get("name") or _name(path), "entrypoint": entrypoint}
        given = {option: value for option, value in options.items() if value is not None}
        source = bundle._handle.source(to_json("options", given))
        schemas = {"input": schema or _read_schema(path, "input"), "data": data_schema or _read_schema(path, "data")}
        findings: list[dict[str, Any]] = json.loads(_core.Policy.check(source, to_json("schemas", schemas)))
        return findings

    @staticmethod
    def test(
        path: str | os.PathLike[str], *, run: str | None = None, entrypoint: str | None = None
    ) -> dict[str, Any]:
        """Runs the tests of a folder or bundle, and returns the report.

        They are the rules named `test_…` of every `*_test.rego`, and the cases of every `*_cases.json` of a folder. `run`
        selects those whose full name holds it.
        """
        options = to_json("options", {"run": run, "cases": _read_cases(path)})
        handle: Any = Policy.load(path, entrypoint=entrypoint)._handle
        report: dict[str, Any] = json.loads(handle.test(options))
        return report

    @property
    def reference(self) -> dict[str, str]:
        """Name, revision and digest: one exact policy."""
        reference: dict[str, str] = json.loads(self._handle.describe())
        return reference

    def decide(self, request: Mapping[str, Any] | str) -> dict[str, Any]:
        """Answers an AuthZEN request. A refusal is an answer: look at `decision`."""
        decision: dict[str, Any] = json.loads(self._handle.decide(to_json("request", request)))
        return decision

    def decide_all(self, requests: Iterable[Mapping[str, Any] | str]) -> list[dict[str, Any]]:
        """Answers up to 10,000 requests, equal ones once. One that fails has a refusal with an `error` in its place."""
        texts = [to_json("request", request) for request in requests]
        return [json.loads(decision) for decision in self._handle.decide_all(texts)]

    def log_entry(
        self,
        request: Mapping[str, Any] | str,
        *,
        timestamp: str | None = None,
        labels: Mapping[str, str] | None = None,
        requested_by: str | None = None,
    ) -> dict[str, Any]:
        """Answers a request and returns the entry for a decision log, in the field names of OPA's.

        What the policy's rule `system.log.mask` names is erased or masked. A request that fails has an entry that says so.
        `timestamp` is RFC 3339 in UTC, now if it is not given.
        """
        context = {"timestamp": timestamp or now(), "labels": labels or {}, "requested_by": requested_by}
        given = {name: value for name, value in context.items() if value is not None}
        entry: dict[str, Any] = json.loads(
            self._handle.log_entry(to_json("request", request), to_json("log context", given))
        )
        return entry

    def explain(self, request: Mapping[str, Any] | str, *, values: bool = False) -> Explanation:
        """Answers an AuthZEN request and tells why, without the request's values unless `values` asks for them."""
        return Explanation(self._handle.explain(to_json("request", request), values))

    def filter(
        self,
        *,
        subject: Mapping[str, Any],
        action: Mapping[str, Any] | str,
        context: Mapping[str, Any] | None = None,
        unknowns: Iterable[str] = ("resource.properties",),
        resource: Mapping[str, Any] | None = None,
        entrypoint: str | None = None,
    ) -> Filter:
        """Finds which documents it admits, before a search: decide about every hit again.

        `subject` is as for `Gate`. `unknowns` are the paths that differ between documents; `resource` is what of it is known. What no condition
        says exactly raises a `PolicyError`, `filter_unsupported`.
        """
        known: dict[str, Any] = {
            "subject": authzen_subject(subject),
            "action": {"name": action} if isinstance(action, str) else action,
            "context": context or {},
        }
        question = {
            "known": known if resource is None else {**known, "resource": resource},
            "unknowns": list(unknowns),
        }
        return Filter(
            self._handle.filter(
                to_json("question", question if entrypoint is None else {**question, "entrypoint": entrypoint})
            )
        )

    def __repr__(self) -> str:
        reference = self.reference
        return f"<Policy {reference['name']} {reference['revision']} {reference['digest'][:12]}>"


def _sandboxed(source: str) -> Sandboxed:
    try:
        from .sandbox import Sandboxed
    except ImportError as error:
        message = "an untrusted policy needs `wasmtime`: install `sealwright[sandbox]`"
        raise EnvironmentFailure(message, "environment") from error
    return Sandboxed(source)


def _record(
    modules: Mapping[str, str], data: Mapping[str, Any], name: str, revision: str, entrypoint: str | None
) -> str:
    record: dict[str, Any] = {
        "name": name,
        "revision": revision,
        "modules": [{"path": path, "text": text} for path, text in sorted(modules.items())],
        "data": data,
    }
    return to_json("policy", record if entrypoint is None else {**record, "entrypoint": entrypoint})


def _read_cases(path: str | os.PathLike[str]) -> list[dict[str, str]]:
    files = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += [os.path.join(folder, name) for name in sorted(names) if name.endswith("_cases.json")]
    return [{"path": os.path.relpath(file, path).replace(os.sep, "/"), "text": read_text(file)} for file in files]


def _read_schema(path: str | os.PathLike[str], what: str) -> Any:
    file = os.path.join(path, "schemas", f"{what}.schema.json")
    return from_json(f"schema `{file}`", read_text(file)) if os.path.exists(file) else None


def _name(path: str | os.PathLike[str]) -> str:
    name = os.path.basename(os.path.realpath(path))
    for ending in (".tar.gz", ".tgz", ".tar"):
        name = name.removesuffix(ending)
    return name or "policy"
