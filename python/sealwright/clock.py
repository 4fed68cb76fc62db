"""The time that policies see: UTC, in the one form that compares as text."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from .protocols import Clock

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """Returns the system's time."""
    return time.strftime(_FORM, time.gmtime())


def read(clock: Clock) -> str:
    """Returns what `clock` shows. Text is taken as it stands, for the core to check."""
    moment = clock()
    if isinstance(moment, str):
        return moment
    return time.strftime(_FORM, moment.utctimetuple()) if moment.tzinfo else _refuse(moment)


def _refuse(moment: datetime) -> str:
    raise ValueError(f"the clock shows `{moment}`, which has no time zone")
