"""The group of commands."""

from __future__ import annotations

import sys

import click

from .. import __version__
from . import outcome
from .detach import detach, join, outboard
from .inspect import inspect
from .keygen import keygen
from .open import open_
from .policy import policy
from .rewrap import rewrap
from .seal import seal


@click.group(
    epilog=outcome.EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="sealwright", message="%(prog)s %(version)s")
def app() -> None:
    """Seal documents under a policy, and open them where the policy allows.

    A sealed document is an age file: `age` opens it with the same identity.
    """


for command in (keygen, seal, open_, inspect, rewrap, detach, join, outboard, policy):
    app.add_command(command)


def run(arguments: list[str] | None = None) -> int:
    """Runs the command, and returns its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        code = app.main(arguments, prog_name="sealwright", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except SystemExit as error:
        # Click ends so when the reader of a pipe went away.
        return error.code if isinstance(error.code, int) else 1
    except BaseException as error:
        # A panic in the extension is no `Exception`; it too must end as one line.
        return outcome.fail(error, as_json="--json" in arguments)
    return code if isinstance(code, int) else 0
