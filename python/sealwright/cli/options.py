"""What several commands take."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

import click

from ..encoding import from_json
from ..errors import FileError, UsageError
from ..gate import Gate
from ..policy import Policy
from ..signer import VerifierKey
from ..source import read_text

Command = TypeVar("Command", bound=Callable[..., Any])

identities = click.option(
    "-i", "--identity", "files", metavar="FILE", multiple=True, required=True, help="A file of identities; repeatable."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, errors too.")
output = click.option(
    "-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all; `-` is stdout, even a terminal."
)
threads = click.option(
    "--threads",
    metavar="N",
    type=click.IntRange(min=1),
    help="How many threads may work on large input; one a processor, if not said.",
)
source = click.argument("source", metavar="[INPUT]", default="-")


def policy(command: Command) -> Command:
    """Adds the options that say which policy decides."""
    for option in (
        click.option(
            "--policy-signers",
            metavar="FILE",
            envvar="SEALWRIGHT_POLICY_SIGNERS",
            show_envvar=True,
            multiple=True,
            help="A file of verifier keys, one of which must have signed the policy; repeatable.",
        ),
        click.option(
            "--policy",
            "policy_path",
            metavar="PATH",
            envvar="SEALWRIGHT_POLICY",
            required=True,
            show_envvar=True,
            help="The policy: a bundle, or a folder of *.rego and data.json.",
        ),
    ):
        command = option(command)
    return command


def load_policy(path: str, signers: tuple[str, ...]) -> Policy:
    """Loads the policy that these options name."""
    return Policy.load(path, trusted_signers=verifiers(signers) or None)


def verifiers(files: tuple[str, ...]) -> list[VerifierKey]:
    """Reads files of verifier keys.

    Files without a key are refused: nobody would be trusted, or anybody.
    """
    keys = [key for file in files for key in VerifierKey.load(file)]
    if files and not keys:
        raise UsageError(f"`{files[0]}` holds no verifier key", "usage")
    return keys


def caller(command: Command) -> Command:
    """Adds the options that say who asks which policy."""
    for option in (
        click.option(
            "--purpose", metavar="WORD", envvar="SEALWRIGHT_PURPOSE", help="What for, as `train` or `analyse`."
        ),
        click.option(
            "--subject",
            metavar="JSON|@FILE",
            envvar="SEALWRIGHT_SUBJECT",
            required=True,
            show_envvar=True,
            help="Who asks: `id` and claims, as JSON or a file of it.",
        ),
        policy,
    ):
        command = option(command)
    return command


def gate(
    policy_path: str,
    policy_signers: tuple[str, ...],
    subject: str,
    purpose: str | None,
    trusted: tuple[str, ...] = (),
    allow_unsigned: bool = False,
) -> Gate:
    """Returns the gate that these options ask for."""
    return Gate(
        load_policy(policy_path, policy_signers),
        subject=record("subject", subject),
        purpose=purpose,
        trusted_senders=[key for file in trusted for key in VerifierKey.load(file)],
        allow_unsigned=allow_unsigned,
    )


def record(what: str, text: str) -> dict[str, Any]:
    """Reads a JSON object from text, or from the file after an `@`."""
    value = from_json(what, read_text(text[1:]) if text.startswith("@") else text)
    if not isinstance(value, dict):
        raise UsageError(f"the {what} is not valid: expected a JSON object", "json_invalid")
    return value


def text(source: str) -> str:
    """Reads a text file, or stdin for `-`."""
    return read_text(standard_input() if source == "-" else source)


def standard_input() -> BinaryIO:
    """Returns stdin, unbuffered."""
    if sys.stdin is None:
        # It was closed from the start, so its number may by now be another file's.
        raise FileError("stdin is closed", "file_unreadable")
    return open(0, "rb", buffering=0, closefd=False)


def standard_output() -> BinaryIO:
    """Returns stdout, unbuffered, so that a failed write is seen here and not at the end of the process."""
    if sys.stdout is None:
        raise FileError("stdout is closed", "file_unwritable")
    return open(1, "wb", buffering=0, closefd=False)


def is_terminal(chosen: str | None) -> bool:
    """Tells whether bytes would go to a terminal that was not asked for."""
    return chosen is None and sys.stdout is not None and sys.stdout.isatty()


def refuse_terminal(chosen: str | None, what: str) -> None:
    """Refuses to print bytes to a terminal, which would read them as commands."""
    if is_terminal(chosen):
        raise UsageError(f"{what} does not go to a terminal: name a file with `-o`", "output_is_terminal")
