"""`sealwright rewrap`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..errors import MalformedError, SealwrightError, UsageError
from ..identity import Identity
from ..journal import Journal
from ..recipient import Recipient
from . import options, outcome, progress


@click.command(epilog=outcome.EXIT_CODES)
@options.identities
@click.option("--add", metavar="AGE1…", multiple=True, help="Who may open from now on; repeatable.")
@click.option("--add-file", "add_files", metavar="FILE", multiple=True, help="A file of them; repeatable.")
@click.option("--remove", metavar="AGE1…", multiple=True, help="Who may no more; the identity must be given with `-i`.")
@click.option("--replace", is_flag=True, help="Let nobody stay but those added.")
@click.option("--journal", metavar="FILE", help="Where to note what is done, to go on after a stop.")
@options.as_json
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
def rewrap(
    paths: tuple[str, ...],
    files: tuple[str, ...],
    add: tuple[str, ...],
    add_files: tuple[str, ...],
    remove: tuple[str, ...],
    replace: bool,
    journal: str | None,
    as_json: bool,
) -> int:
    """Change who may open documents: files, or folders with all that is in them.

    Label, private part, sender and payload stay. Each file is replaced whole or not at all; in folders, what is no
    document is passed over. A run that was stopped goes on where it was, if it is started again with the same words
    and a journal: by default, `.sealwright-rewrap` in the first folder.

    Who could open a document before may have kept its key, and what he has stays open to him.
    """
    identities = [identity for file in files for identity in Identity.load(file)]
    added = [*map(Recipient.parse, add), *(recipient for file in add_files for recipient in Recipient.load(file))]
    removed = [_identity_of(recipient, identities) for recipient in remove]
    if not (added or removed):
        raise UsageError("nothing to do: name somebody with `--add` or `--remove`", "usage")
    change = {"identities": identities, "add": added, "remove": removed, "replace": replace}
    done: list[str] = []
    failed: list[dict[str, Any]] = []
    with Journal(_journal(journal, paths), change) as notes:
        for path, asked in progress.counted(list(_documents(paths, notes)), quiet=as_json):
            try:
                if notes.rewrap(path):
                    done.append(path)
            except SealwrightError as error:
                if asked or not _is_no_document(error):
                    failed.append({"path": path, "code": error.code, "message": str(error)})
        if not failed:
            notes.complete()
    if as_json:
        outcome.show({"rewrapped": done, "failed": failed})
    else:
        for failure in failed:
            click.echo(f"sealwright: {failure['path']}: {failure['message']}  [{failure['code']}]", err=True)
        click.echo(f"rewrapped: {len(done)}, failed: {len(failed)}", err=True)
    return 1 if failed else 0


def _identity_of(recipient: str, identities: list[Identity]) -> Identity:
    parsed = Recipient.parse(recipient)
    for identity in identities:
        if identity.recipient == parsed:
            return identity
    raise UsageError(
        f"`{recipient}` can only be removed with its identity among those given with `-i`: a document does not tell "
        "whom it is for; or name everybody who stays with `--add` and `--replace`",
        "recipient_unknown",
    )


def _documents(paths: tuple[str, ...], notes: Journal) -> Iterator[tuple[str, bool]]:
    """Returns the files, each with whether it was named itself."""
    for path in paths:
        if not os.path.isdir(path):
            yield path, True
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                file = os.path.join(folder, name)
                if file != notes.path and not name.endswith(".partial") and os.path.isfile(file):
                    yield file, False


def _journal(chosen: str | None, paths: tuple[str, ...]) -> str | None:
    folder = next((path for path in paths if os.path.isdir(path)), None)
    return chosen or (None if folder is None else str(Path(folder) / ".sealwright-rewrap"))


def _is_no_document(error: SealwrightError) -> bool:
    return isinstance(error, MalformedError) and error.code == "not_age"
