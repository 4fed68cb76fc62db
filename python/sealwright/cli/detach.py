"""`sealwright detach`, `sealwright join` and `sealwright outboard`."""

from __future__ import annotations

import click

from ..header import detach as detach_header
from ..header import join as join_header
from ..header import outboard as make_outboard
from ..sink import Sink
from ..source import Source
from . import options, outcome, progress


@click.command(epilog=outcome.EXIT_CODES)
@click.option("--header", metavar="FILE", required=True, help="Where the header goes.")
@click.option("-o", "--output", metavar="FILE", required=True, help="Where the payload goes.")
@options.as_json
@click.argument("source", metavar="INPUT")
def detach(source: str, header: str, output: str, as_json: bool) -> None:
    """Part INPUT into its header and its payload, to store them apart."""
    detach_header(source, header=header, output=output)
    if as_json:
        outcome.show({"header": header, "output": output})


@click.command(epilog=outcome.EXIT_CODES)
@click.option("--header", metavar="FILE", required=True, help="The header.")
@options.output
@options.as_json
@options.source
def join(source: str, header: str, output: str | None, as_json: bool) -> None:
    """Put a header before INPUT, its payload, a file or stdin."""
    options.refuse_terminal(output, "a sealed document")
    to_stdout = output is None or output == "-"
    with progress.reading(source, passes=1, quiet=as_json) as file, Source(join_header(header, file)) as joined:
        with Sink(options.standard_output() if output is None or output == "-" else output, Source(file)) as sink:
            sink.write_all(joined)
    if as_json:
        outcome.show({"output": output}, beside_document=to_stdout)


@click.command(epilog=outcome.EXIT_CODES)
@click.option("-o", "--output", metavar="FILE", required=True, help="Where the outboard goes.")
@options.as_json
@click.argument("source", metavar="INPUT")
def outboard(source: str, output: str, as_json: bool) -> None:
    """Make INPUT's outboard, by which parts of a signed document are verified without the rest."""
    make_outboard(source, output=output)
    if as_json:
        outcome.show({"output": output})
