"""Who asks, in AuthZEN's form."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def authzen_subject(subject: Mapping[str, Any]) -> dict[str, Any]:
    if "properties" in subject:
        return {"type": "user", **subject}
    named = {field: subject[field] for field in ("type", "id") if field in subject}
    return {"type": "user", **named, "properties": {key: subject[key] for key in subject if key not in named}}
