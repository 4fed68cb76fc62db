"""`sealwright keygen`."""

from __future__ import annotations

import os

import click

from .. import clock
from ..errors import FileError, UsageError
from ..identity import Identity
from ..signer import Signer
from . import options, outcome


@click.command(epilog=outcome.EXIT_CODES)
@click.option("--signer", "name", metavar="NAME", help="Make a signer of that name instead, to sign documents.")
@click.option("--pq", is_flag=True, help="Make a hybrid one, safe against quantum computers too.")
@click.option("-o", "--output", metavar="FILE", help="Write the identity to FILE, which must not exist yet.")
@options.as_json
def keygen(name: str | None, pq: bool, output: str | None, as_json: bool) -> None:
    """Make an identity, as `age-keygen` does.

    The file is for its owner alone to read. Its public half, the recipient, or a signer's verifier key, is told on stderr.
    A document for hybrid recipients can have no others.
    """
    if pq and name is not None:
        raise UsageError("a signer is not hybrid: give `--signer` or `--pq`", "usage")
    key = _generated(name, pq)
    public = str(key.recipient if isinstance(key, Identity) else key.verifier)
    text = f"# created: {clock.now()}\n# public key: {public}\n{key.reveal()}\n"
    if output is None or output == "-":
        options.standard_output().write(text.encode())
    else:
        _write(output, text)
    if as_json:
        outcome.show({"recipient" if name is None else "verifier": public, "output": output}, beside_document=output in (None, "-"))
    else:
        click.echo(f"Public key: {public}", err=True)


def _generated(name: str | None, pq: bool) -> Identity | Signer:
    if name is not None:
        return Signer.generate(name)
    return Identity.generate_pq() if pq else Identity.generate()


def _write(path: str, text: str) -> None:
    """Writes a new file that only its owner can read; one that could not be written whole is removed."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise FileError.from_writing(error, path) from error
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        os.unlink(path)
        raise FileError.from_writing(error, path) from error
