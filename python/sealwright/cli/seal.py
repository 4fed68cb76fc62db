"""`sealwright seal`."""

from __future__ import annotations

from typing import Any

import click

from ..recipient import Recipient
from ..signer import Signer
from . import options, outcome, progress


@click.command(epilog=outcome.EXIT_CODES)
@click.option("-r", "--recipient", "recipients", metavar="AGE1…", multiple=True, help="Whom to seal to; repeatable.")
@click.option("-R", "--recipients-file", "files", metavar="FILE", multiple=True, help="A file of them; repeatable.")
@options.caller
@click.option("--label", metavar="JSON|@FILE", default="{}", help="The label's fields, as JSON or a file of it.")
@click.option("--classification", metavar="WORD", help="The label's field of that name.")
@click.option(
    "--label-purpose", "purposes", metavar="WORD", multiple=True, help="One of the label's `purposes`; repeatable."
)
@click.option("--private", metavar="JSON|@FILE", help="What only those who open it may know, as JSON or a file of it.")
@click.option("--signer", metavar="FILE", help="A file of the signer who signs it: see `keygen --signer`.")
@click.option("--header", metavar="FILE", help="Write the header to FILE, apart from the payload.")
@click.option("-a", "--armor", is_flag=True, help="Write text that mail can carry.")
@options.threads
@options.output
@options.as_json
@options.source
def seal(
    source: str,
    recipients: tuple[str, ...],
    files: tuple[str, ...],
    policy_path: str,
    policy_signers: tuple[str, ...],
    subject: str,
    purpose: str | None,
    label: str,
    classification: str | None,
    purposes: tuple[str, ...],
    private: str | None,
    signer: str | None,
    header: str | None,
    armor: bool,
    threads: int | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Seal INPUT, a file or stdin, under a policy.

    A file is read twice: once to find what the policy wants to know, once to seal. Stdin is sealed unscanned, and the
    policy sees that. The header of a signed document is written last, so the output must seek, or the header go to a file
    of its own.
    """
    if not armor:
        options.refuse_terminal(output, "a sealed document")
    gate = options.gate(policy_path, policy_signers, subject, purpose)
    to: list[Recipient | str] = [*recipients, *(recipient for file in files for recipient in Recipient.load(file))]
    to_stdout = output is None or output == "-"
    with progress.reading(source, passes=2, quiet=as_json) as file:
        receipt = gate.seal(
            file,
            recipients=to,
            label=_label(label, classification, purposes),
            private=None if private is None else options.record("private part", private),
            signer=None if signer is None else Signer.load(signer),
            header=header,
            output=options.standard_output() if output is None or output == "-" else output,
            armor=armor,
            threads=threads,
        )
    if as_json:
        outcome.show({**receipt, "output": output}, beside_document=to_stdout)


def _label(text: str, classification: str | None, purposes: tuple[str, ...]) -> dict[str, Any]:
    label = options.record("label", text)
    if classification is not None:
        label["classification"] = classification
    if purposes:
        label["purposes"] = list(purposes)
    return label
