"""`sealwright open`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..carry import LONG_PIECE, counted, write
from ..document import Document
from ..header import join
from ..identity import Identity
from ..sink import Sink
from ..source import PIECE, Source
from . import options, outcome, progress


@click.command("open", epilog=outcome.EXIT_CODES)
@options.identities
@options.caller
@click.option(
    "--trusted-senders",
    "trusted",
    metavar="FILE",
    envvar="SEALWRIGHT_TRUSTED_SENDERS",
    show_envvar=True,
    multiple=True,
    help="A file of verifier keys, whose documents may be opened; repeatable.",
)
@click.option(
    "--allow-unsigned",
    is_flag=True,
    envvar="SEALWRIGHT_ALLOW_UNSIGNED",
    show_envvar=True,
    help="Open what none of them signed, too.",
)
@click.option("--header", metavar="FILE", help="The header, where it is stored apart; INPUT is then the payload.")
@click.option("--action", metavar="WORD", help="What is to be done, if not `open`: `train`, `retrieve`, `export`.")
@options.threads
@options.output
@options.as_json
@options.source
def open_(
    source: str,
    files: tuple[str, ...],
    policy_path: str,
    policy_signers: tuple[str, ...],
    subject: str,
    purpose: str | None,
    trusted: tuple[str, ...],
    allow_unsigned: bool,
    header: str | None,
    action: str | None,
    threads: int | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Open INPUT, a file or stdin, where the policy allows it.

    With `-o` the file appears when all of the document is verified, or not at all. On stdout each part appears once
    that part is verified: only exit code 0 says that the document was complete.
    """
    gate = options.gate(policy_path, policy_signers, subject, purpose, trusted, allow_unsigned)
    identities = [identity for file in files for identity in Identity.load(file)]
    to_stdout = output is None or output == "-"
    target = options.standard_output() if output is None or output == "-" else output
    with progress.reading(source, passes=1, quiet=as_json) as file:
        whole = file if header is None else join(header, file)
        with gate.open(whole, identities=identities, action=action, threads=threads) as document:
            with Source(file) as unread, Sink(target, unread) as sink:
                _carry(document, sink, output, counted(threads))
            receipt = {
                "label": document.label,
                "private": document.private,
                "decision": document.decision,
                "output": output,
            }
    if as_json:
        outcome.show(receipt, beside_document=to_stdout)


def _carry(document: Document, sink: Sink, output: str | None, threads: int) -> None:
    # Of what comes through a pipe, each part goes on as soon as it is there.
    pieces = Source(document).pieces(LONG_PIECE if threads > 1 and document.seekable() else PIECE)
    write(_for_terminal(pieces) if options.is_terminal(output) else pieces, sink, threads)


def _for_terminal(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if _is_binary(piece):
            options.refuse_terminal(None, "a document that is no text")
        yield piece


def _is_binary(piece: bytes) -> bool:
    return any(byte < 32 and byte not in b"\t\n\f\r" for byte in piece[:4096])
