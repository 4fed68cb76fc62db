"""`sealwright policy`."""

from __future__ import annotations

import json

import click

from ..policy import Policy
from . import options, outcome


@click.group(epilog=outcome.EXIT_CODES)
def policy() -> None:
    """Check, test and ask policies."""


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("folder", metavar="DIR", envvar="SEALWRIGHT_POLICY")
@options.as_json
def check(folder: str, as_json: bool) -> None:
    """Load the policy in DIR, and show which it is."""
    reference = Policy.load(folder).reference
    if as_json:
        outcome.show(reference)
    else:
        click.echo(f"{reference['name']} {reference['revision']} sha256:{reference['digest']}")


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("folder", metavar="DIR", envvar="SEALWRIGHT_POLICY")
@options.as_json
def test(folder: str, as_json: bool) -> int:
    """Run the tests of the policy in DIR: every rule `test_…` in its *_test.rego."""
    report = Policy.test(folder)
    if as_json:
        outcome.show(report)
    return 0


@policy.command(epilog=outcome.EXIT_CODES)
@click.option(
    "--policy", "folder", metavar="DIR", envvar="SEALWRIGHT_POLICY", required=True, show_envvar=True,
    help="The policy: a folder of *.rego and data.json.",
)
@options.as_json
@options.source
def decide(folder: str, source: str, as_json: bool) -> int:
    """Answer the AuthZEN request in INPUT, a JSON file or stdin."""
    return 0
