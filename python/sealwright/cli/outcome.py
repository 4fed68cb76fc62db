"""How a command ends: one line on stderr or one JSON object, and the exit code.

To the package's codes the command adds `usage`, `output_is_terminal`, `interrupted`, `out_of_memory` and `internal`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ..errors import Denied, FileError, IntegrityError, NoKeyError, SealwrightError, UsageError

EXIT_CODES = """\b
Exit codes:
  0  done
  1  an error
  2  wrong usage
  3  denied by the policy
  4  the document was altered or cut short
  5  no key at hand opens the document"""

_EXITS: tuple[tuple[type[SealwrightError], int], ...] = (
    (UsageError, 2),
    (Denied, 3),
    (IntegrityError, 4),
    (NoKeyError, 5),
)


def show(record: dict[str, Any], *, beside_document: bool = False) -> None:
    """Prints a JSON object: on stdout, or on stderr where stdout carries a document."""
    click.echo(json.dumps(record, ensure_ascii=False, sort_keys=True), err=beside_document)


def fail(error: BaseException, *, as_json: bool) -> int:
    """Tells of a failure, and returns the exit code."""
    failure = _coded(error)
    if as_json:
        _tell(json.dumps(_record(failure), ensure_ascii=False, sort_keys=True))
        return _exit(failure)
    _tell(f"sealwright: {_placed(failure)}{_one_line(str(failure))}  [{failure.code}]")
    if isinstance(failure, Denied):
        for reason in failure.decision["reasons"]:
            _tell(f"  - {in_words(reason)}  [{reason}]")
    return _exit(failure)


def in_words(reason: str) -> str:
    """Returns a reason's code as words."""
    return reason.replace("_", " ")


def _coded(error: BaseException) -> SealwrightError:
    match error:
        case SealwrightError():
            return error
        case click.ClickException():
            return UsageError(error.format_message(), "usage")
        case click.Abort() | KeyboardInterrupt():
            return SealwrightError("interrupted", "interrupted")
        case OSError():
            # Files are opened and written where their failures are coded: this is what goes to the standard streams.
            return FileError.from_writing(error, "stdout")
        case MemoryError():
            return SealwrightError("out of memory", "out_of_memory")
    # A defect: still one line, and never a trace that might hold what was read.
    return SealwrightError(f"internal failure: {type(error).__name__}", "internal")


def _placed(failure: SealwrightError) -> str:
    place = failure.location
    at = "" if place is None else f"{place.file}:{place.row}:{place.column}"
    return f"{at}: " if at not in str(failure) else ""


def _exit(failure: SealwrightError) -> int:
    return next((code for kind, code in _EXITS if isinstance(failure, kind)), 2 if failure.code == "usage" else 1)


def _record(failure: SealwrightError) -> dict[str, Any]:
    place = failure.location
    location = None if place is None else {"file": place.file, "row": place.row, "column": place.column}
    record: dict[str, Any] = {"error": {"code": failure.code, "message": str(failure), "location": location}}
    if isinstance(failure, Denied):
        record["decision"] = failure.decision
    return record


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines())


def _tell(line: str) -> None:
    try:
        click.echo(line, err=True)
    except OSError:
        sys.stderr = None  # Nobody listens; the exit code still tells.
