"""`Explanation`: why a policy decided as it did."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import _core
    from .sandbox import Explained


class Explanation:
    """Tells how one request was decided: which rules held, on what the others failed, which facts were missing.

    `print` shows a tree, a notebook a picture of it.
    """

    __slots__ = ("_handle", "_record")

    def __init__(self, handle: _core.Explanation | Explained) -> None:
        self._handle = handle
        self._record: dict[str, Any] = json.loads(handle.record())

    @property
    def decision(self) -> dict[str, Any] | None:
        """The decision, as `Policy.decide` returns it, or None where the evaluation failed: look at `failure`."""
        return self._record.get("decision")

    @property
    def failure(self) -> dict[str, str] | None:
        """`code` and `message` of what ended the evaluation, or None."""
        return self._record.get("failure")

    @property
    def missing(self) -> list[str]:
        """The paths of the input that the policy asked for and that are not there."""
        return list(self._record.get("missing", ()))

    def to_dict(self) -> dict[str, Any]:
        """Returns the whole record: `core/spec/policy.md`, "Explain"."""
        record: dict[str, Any] = json.loads(self._handle.record())
        return record

    def to_json(self) -> str:
        """Returns the record in its canonical form: the same policy and request give the same bytes everywhere."""
        return self._handle.record()

    def to_tree(self, *, colour: bool = False) -> str:
        """Returns the tree, with a terminal's colours if asked."""
        return self._handle.tree(colour)

    def to_svg(self) -> str:
        """Returns the tree as a picture that stands by itself."""
        return self._handle.svg()

    def __str__(self) -> str:
        return self.to_tree()

    def __repr__(self) -> str:
        decision = self.decision
        outcome = self._record["failure"]["code"] if decision is None else decision["decision_id"][:12]
        return f"<Explanation {'allowed' if decision and decision['decision'] else 'denied'} {outcome}>"

    def _repr_svg_(self) -> str:
        return self.to_svg()
