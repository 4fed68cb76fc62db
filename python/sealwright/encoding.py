"""JSON in and out of the core, which checks it strictly; what Python's own reader lets pass is refused here."""

from __future__ import annotations

import json

from .errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def to_json(what: str, value: Mapping[str, Any] | str) -> str:
    """Returns the JSON text of a record; text is taken as it stands, for the core to check."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise _invalid(what, error) from error


def from_json(what: str, text: str) -> Any:
    """Reads JSON text that a person wrote."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _invalid(what, error) from error


def _invalid(what: str, error: Exception) -> UsageError:
    return UsageError(f"the {what} is not valid: {error}", "json_invalid")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key is repeated")
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"`{constant}` is not JSON")
