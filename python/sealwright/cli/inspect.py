"""`sealwright inspect`."""

from __future__ import annotations

import json

import click

from .. import age
from . import options, outcome, progress


@click.command(epilog=outcome.EXIT_CODES)
@options.as_json
@options.source
def inspect(source: str, as_json: bool) -> None:
    """Show what anybody can read of INPUT, a file or stdin: label and recipient stanzas.

    It takes no key, so nothing of it is verified.
    """
    with progress.reading(source, passes=1, quiet=True) as file:
        inspection = age.inspect(file)
    if as_json:
        outcome.show(inspection)
        return
    click.echo(f"header: {inspection['header_size']} bytes{', armored' if inspection['armored'] else ''}")
    for stanza in inspection["stanzas"]:
        click.echo(f"stanza: {_printable(' '.join(map(_shortened, [stanza['type'], *stanza['args']])))}")
    if inspection["label"] is None:
        click.echo("label: none")
        return
    for field, value in inspection["label"].items():
        click.echo(f"label: {field} = {_printable(json.dumps(value, ensure_ascii=False))}")


def _shortened(text: str) -> str:
    """A hybrid stanza has an argument of 1,494 characters."""
    return text if len(text) <= 64 else f"{text[:63]}…"


def _printable(text: str) -> str:
    """A stranger's document must not move the terminal's cursor."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
