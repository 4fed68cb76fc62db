"""`sealwright policy`."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from ..clock import now
from ..policy import Policy
from ..sink import Sink
from ..source import Source
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
@click.option("--coverage", metavar="PERCENT", type=click.FloatRange(0, 100), default=0, help="Fail below this share of lines.")
@options.as_json
def test(folder: str, coverage: float, as_json: bool) -> int:
    """Run the tests of the policy in DIR: every rule `test_…` in its *_test.rego.

    A folder without a test fails too.
    """
    report = Policy.test(folder)
    if as_json:
        outcome.show(report)
    else:
        _print_report(report)
    covered: bool = report["coverage"]["percent"] >= coverage
    return 0 if report["passed"] and not report["failed"] and covered else 1


@policy.command(epilog=outcome.EXIT_CODES)
@options.policy
@options.as_json
@options.source
def decide(policy_folder: str, source: str, as_json: bool) -> int:
    """Answer the AuthZEN request in INPUT, a JSON file or stdin."""
    decision = Policy.load(policy_folder).decide(options.text(source))
    if as_json:
        outcome.show(decision)
    else:
        _print_decision(decision)
    return 0 if decision["decision"] else 3


@policy.command(epilog=outcome.EXIT_CODES)
@options.policy
@click.option("--values", is_flag=True, help="Show the values that were read from the request, not only their types.")
@click.option("--svg", metavar="FILE", help="Write a picture to FILE.")
@options.as_json
@options.source
def explain(policy_folder: str, source: str, values: bool, svg: str | None, as_json: bool) -> int:
    """Answer the AuthZEN request in INPUT, a JSON file or stdin, and show why."""
    explanation = Policy.load(policy_folder).explain(options.text(source), values=values)
    if svg is not None:
        picture = explanation.to_svg().encode()
        with Source(picture) as written, Sink(svg, written) as sink:
            sink.write_all(written)
    if as_json:
        outcome.show(explanation.to_dict())
    else:
        colour = sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
        click.echo(explanation.to_tree(colour=colour), nl=False)
    if explanation.decision is None:
        return 1
    return 0 if explanation.decision["decision"] else 3


@policy.command("filter", epilog=outcome.EXIT_CODES)
@options.caller
@click.option("--action", metavar="NAME", default="retrieve", show_default=True, help="What is to be done.")
@click.option("--context", metavar="JSON|@FILE", default="{}", help="More that the policy reads of the circumstances.")
@click.option("--unknown", "unknowns", metavar="PATH", multiple=True, help="What differs between documents; repeatable.")
@click.option("--entrypoint", metavar="RULE", help="The rule to filter by, without `data.`.")
@click.option("--to", "store", metavar="STORE", help="Say it in the terms of a store: sqlite, qdrant, ….")
@click.option("--target", metavar="JSON|@FILE", default="{}", help="How the store keeps the fields.")
@options.as_json
def filter_(
    policy_folder: str,
    subject: str,
    purpose: str | None,
    action: str,
    context: str,
    unknowns: tuple[str, ...],
    entrypoint: str | None,
    store: str | None,
    target: str,
    as_json: bool,
) -> None:
    """Say which documents a search may return, before it is made."""
    found = Policy.load(policy_folder).filter(
        subject=options.record("subject", subject),
        action=action,
        context={
            "time": now(),
            **({} if purpose is None else {"purpose": purpose}),
            **options.record("context", context),
        },
        unknowns=unknowns or ("resource.properties",),
        entrypoint=entrypoint,
    )
    shown = (
        json.loads(found.to_json())
        if store is None
        else {"kind": found.kind, "filter": found.lower({**options.record("target", target), "store": store})}
    )
    if as_json:
        outcome.show(shown)
    else:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True))


def _print_report(report: dict[str, Any]) -> None:
    for failed in report["failed"]:
        click.echo(f"failed: {failed['package']}.{failed['name']} in {failed['file']}: {failed['message']}")
    for file in report["coverage"]["files"]:
        if file["not_covered"]:
            click.echo(f"not reached: {file['path']}, lines {', '.join(map(str, file['not_covered']))}")
    percent = report["coverage"]["percent"]
    click.echo(f"{report['passed']} passed, {len(report['failed'])} failed; {percent:g} % of the lines reached")


def _print_decision(decision: dict[str, Any]) -> None:
    click.echo(f"{'allowed' if decision['decision'] else 'denied'}  {decision['decision_id']}")
    for reason in decision["reasons"]:
        click.echo(f"  - {outcome.in_words(reason)}  [{reason}]")
    for obligation in decision["obligations"]:
        click.echo(f"  obligation: {json.dumps(obligation, ensure_ascii=False, sort_keys=True)}")
