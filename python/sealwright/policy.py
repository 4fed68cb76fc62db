"""`Policy`: rules, with their data, that decide."""

from __future__ import annotations

import json
import os

from . import _core
from .encoding import from_json, to_json
from .errors import FileError, PolicyError
from .explanation import Explanation
from .filter import Filter
from .source import read_text
from .subject import authzen_subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

_TESTS = "_test.rego"


class Policy:
    """Decides requests by Rego modules and their data."""

    __slots__ = ("_handle",)

    def __init__(
        self,
        modules: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        name: str = "policy",
        revision: str = "unversioned",
        entrypoint: str | None = None,
    ) -> None:
        """Loads modules, a text for each path. `entrypoint` names the rule that is the decision."""
        self._handle = _core.Policy.load(_record(modules, data or {}, name, revision, entrypoint))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        revision: str = "unversioned",
        entrypoint: str | None = None,
    ) -> Policy:
        """Loads a folder: every `*.rego` but the tests, and `data.json`.

        The data of a folder inside it stand under that folder's name, as for `opa`. `name` is the folder's, if none is
        given.
        """
        modules, data = _read_folder(path, tests=False)
        return cls(modules, data, name=name or _name(path), revision=revision, entrypoint=entrypoint)

    @staticmethod
    def test(path: str | os.PathLike[str]) -> dict[str, Any]:
        """Runs the tests of a folder, the rules named `test_…` of every `*_test.rego`, and returns the report."""
        modules, data = _read_folder(path, tests=True)
        handle = _core.Policy.load(_record(modules, data, _name(path), "unversioned", None))
        report: dict[str, Any] = json.loads(handle.test())
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


def _name(path: str | os.PathLike[str]) -> str:
    return os.path.basename(os.path.realpath(path)) or "policy"


def _read_folder(path: str | os.PathLike[str], *, tests: bool) -> tuple[dict[str, str], dict[str, Any]]:
    modules: dict[str, str] = {}
    data: dict[str, Any] = {}
    for parts, file in _files(os.fspath(path)):
        if file.endswith(".rego") and (tests or not file.endswith(_TESTS)):
            modules["/".join(parts)] = read_text(file)
        elif parts[-1] == "data.json":
            _insert(data, parts[:-1], from_json(f"data of `{file}`", read_text(file)), file)
    return modules, data


def _files(root: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yields each file's path below `root`, in parts, and its whole path: parents first, in order of name."""
    for folder, folders, files in os.walk(root, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = os.path.relpath(folder, root)
        above = () if below == os.curdir else tuple(below.split(os.sep))
        for file in sorted(files):
            yield (*above, file), os.path.join(folder, file)


def _raise(error: OSError) -> None:
    raise FileError.from_reading(error, str(error.filename)) from error


def _insert(data: dict[str, Any], path: tuple[str, ...], value: Any, file: str) -> None:
    """Puts the data of a folder under the folder's name."""
    place: Any = data
    for name in path:
        place = place.setdefault(name, {}) if isinstance(place, dict) else None
    if not isinstance(value, dict) or not isinstance(place, dict) or place.keys() & value.keys():
        raise PolicyError(f"the data of `{file}` are no object, or collide with a folder above", "policy_invalid")
    place.update(value)
