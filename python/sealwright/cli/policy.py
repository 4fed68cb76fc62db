"""`sealwright policy`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from ..bundle import Bundle, sign_bundle, sign_bundle_detached
from ..clock import now
from ..encoding import from_json
from ..errors import FileError, SealwrightError, UsageError
from ..policy import Policy
from ..signer import Signer
from ..sink import Sink
from ..source import Source, read_text
from . import options, outcome

_WATCH_EVERY_S = 0.5


@click.group(epilog=outcome.EXIT_CODES)
def policy() -> None:
    """Check, test and ask policies; build, sign and verify bundles of them."""


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("folder", metavar="PATH", envvar="SEALWRIGHT_POLICY")
@click.option("--schema", metavar="FILE", help="JSON Schema of `input`; PATH/schemas/input.schema.json, if not said.")
@click.option("--data-schema", metavar="FILE", help="JSON Schema of `data`; PATH/schemas/data.schema.json, if not said.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@options.as_json
def check(folder: str, schema: str | None, data_schema: str | None, strict: bool, as_json: bool) -> int:
    """Check the policy in PATH, a folder or bundle, tests included, and show which it is.

    Errors keep it from being loaded, or from meaning what it says. A warning that may stand has a comment on its line or
    the one above: `# allow CODE: why`.
    """
    findings = Policy.check(folder, schema=_schema(schema), data_schema=_schema(data_schema))
    errors = [finding for finding in findings if finding["severity"] == "error"]
    reference = None if errors else Policy.load(folder).reference
    if as_json:
        outcome.show({"policy": reference, "findings": findings})
    else:
        _print_findings(findings, reference)
    return 1 if errors or (strict and findings) else 0


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("folder", metavar="PATH", envvar="SEALWRIGHT_POLICY")
@click.option("--run", metavar="TEXT", help="Run only tests whose full name, or a case's `path: name`, holds TEXT.")
@click.option("--coverage", metavar="PERCENT", type=click.FloatRange(0, 100), default=0, help="Fail below this share of lines.")
@click.option("-v", "--verbose", is_flag=True, help="Name the tests that pass, too.")
@click.option("--watch", is_flag=True, help="Run again whenever a file of PATH changes, until interrupted.")
@options.as_json
def test(folder: str, run: str | None, coverage: float, verbose: bool, watch: bool, as_json: bool) -> int:
    """Run the tests of the policy in PATH, a folder or bundle.

    They are the rules `test_…` in its *_test.rego, which pass if they are exactly `true`, and the cases in its
    *_cases.json. Where no test runs, that fails too.
    """

    def once() -> int:
        report = Policy.test(folder, run=run)
        if as_json:
            outcome.show(report)
        else:
            _print_report(report, verbose=verbose)
        covered: bool = report["coverage"]["percent"] >= coverage
        return 0 if report["passed"] and not report["failed"] and covered else 1

    return _watch(folder, once, as_json=as_json) if watch else once()


@policy.command(epilog=outcome.EXIT_CODES)
@options.policy
@click.option("--log", metavar="FILE", help="Append an entry for the decision log, a line of JSON.")
@click.option("--label", "labels", metavar="NAME=TEXT", multiple=True, help="A label of the entry; repeatable.")
@options.as_json
@options.source
def decide(
    policy_path: str,
    policy_signers: tuple[str, ...],
    log: str | None,
    labels: tuple[str, ...],
    source: str,
    as_json: bool,
) -> int:
    """Answer the AuthZEN request in INPUT, a JSON file or stdin."""
    policy, request = options.load_policy(policy_path, policy_signers), options.text(source)
    if log is not None:
        entry = policy.log_entry(request, labels=dict(_label(label) for label in labels))
        _append(log, json.dumps(entry, ensure_ascii=False, sort_keys=True))
    decision = policy.decide(request)
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
def explain(
    policy_path: str, policy_signers: tuple[str, ...], source: str, values: bool, svg: str | None, as_json: bool
) -> int:
    """Answer the AuthZEN request in INPUT, a JSON file or stdin, and show why."""
    explanation = options.load_policy(policy_path, policy_signers).explain(options.text(source), values=values)
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
    policy_path: str,
    policy_signers: tuple[str, ...],
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
    found = options.load_policy(policy_path, policy_signers).filter(
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


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("folder", metavar="PATH", envvar="SEALWRIGHT_POLICY")
@click.option("--name", metavar="NAME", help="The policy's name, if not the one it has.")
@click.option("--revision", metavar="TEXT", help="Its revision, if not the one it has; derived from its content else.")
@click.option("--entrypoint", metavar="RULE", help="The rule that decides, if not the one it has.")
@click.option("--with-tests", "tests", is_flag=True, help="Keep the modules that are tests.")
@click.option("--program", is_flag=True, help="Add the policy compiled, for runtimes without a compiler.")
@click.option("--signer", metavar="FILE", help="A file of the signer who signs it: see `keygen --signer`.")
@options.output
@options.as_json
def build(
    folder: str,
    name: str | None,
    revision: str | None,
    entrypoint: str | None,
    tests: bool,
    program: bool,
    signer: str | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Make a bundle of the policy in PATH, a folder or bundle: the same bytes for the same policy.

    Only what loads is written.
    """
    options.refuse_terminal(output, "a bundle")
    built = Bundle.load(folder).build(name=name, revision=revision, entrypoint=entrypoint, tests=tests, program=program)
    Policy.from_bundle(built)
    _write(built if signer is None else sign_bundle(built, Signer.load(signer)), folder, output, as_json)


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("source", metavar="BUNDLE")
@click.option("--signer", metavar="FILE", required=True, help="A file of the signer: see `keygen --signer`.")
@click.option("--detached", is_flag=True, help="Write the note alone, to be kept beside the bundle.")
@options.output
@options.as_json
def sign(source: str, signer: str, detached: bool, output: str | None, as_json: bool) -> None:
    """Sign BUNDLE, in place of who signed it before."""
    options.refuse_terminal(output, "a bundle")
    with Source(source) as file:
        bundle = b"".join(file.pieces())
    by = Signer.load(signer)
    signed = sign_bundle_detached(bundle, by).encode() if detached else sign_bundle(bundle, by)
    _write(signed, source, output, as_json)


@policy.command(epilog=outcome.EXIT_CODES)
@click.argument("source", metavar="BUNDLE")
@click.option(
    "--trusted-signers",
    "trusted",
    metavar="FILE",
    envvar="SEALWRIGHT_POLICY_SIGNERS",
    show_envvar=True,
    multiple=True,
    help="A file of verifier keys, one of which must have signed it; repeatable.",
)
@click.option("--note", metavar="FILE", help="The note, where it is kept beside the bundle.")
@click.option("--verification-key", "key", metavar="FILE", help="The key of its .signatures.json: a PEM, or a secret.")
@click.option("--verification-key-id", "key_id", metavar="ID", help="What the signature calls that key.")
@click.option("--signing-alg", "algorithm", metavar="NAME", default="EdDSA", show_default=True, help="What that key is for.")
@click.option("--scope", metavar="TEXT", default="", help="What that signature is for.")
@options.as_json
def verify(
    source: str,
    trusted: tuple[str, ...],
    note: str | None,
    key: str | None,
    key_id: str | None,
    algorithm: str,
    scope: str,
    as_json: bool,
) -> None:
    """Verify who signed BUNDLE, a file, or a folder with a .signatures.json, that its policy loads, and that its program, if it
    has one, is what its modules compile to."""
    if not trusted and key is None:
        raise UsageError("whom to trust? give `--trusted-signers` or `--verification-key`", "usage")
    keys = []
    if key is not None:
        keys = [{"algorithm": algorithm, "key": read_text(key).strip(), **({} if key_id is None else {"id": key_id})}]
    trust: dict[str, Any] = {
        "trusted_signers": options.verifiers(trusted),
        "signature_keys": keys,
        "scope": scope,
        "note": None if note is None else read_text(note),
    }
    bundle = Bundle.load(source, **trust)
    reference = Policy.from_bundle(bundle).reference
    bundle.verify_program()
    if as_json:
        outcome.show({**bundle.description, "policy": reference})
    else:
        click.echo(f"signed by {bundle.signer}: {bundle.revision} sha256:{bundle.digest}")


def _write(data: bytes, source: str, output: str | None, as_json: bool) -> None:
    to_stdout = output is None or output == "-"
    with Source(source if os.path.isfile(source) else b"") as read:
        with Sink(options.standard_output() if output is None or output == "-" else output, read) as sink:
            sink.write(data)
    if as_json:
        outcome.show({"output": output, "size": len(data)}, beside_document=to_stdout)


def _append(path: str, line: str) -> None:
    """Writes a line at the end of a file, in one piece: a decision that cannot be logged is not shown."""
    try:
        with open(path, "ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise FileError.from_writing(error, path) from error


def _label(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise click.BadParameter(f"expected NAME=TEXT, not {text!r}", param_hint="--label")
    return name, value


def _schema(file: str | None) -> Any:
    return None if file is None else from_json(f"schema `{file}`", read_text(file))


def _print_findings(findings: list[dict[str, Any]], reference: dict[str, str] | None) -> None:
    for finding in findings:
        place = "" if finding["file"] is None else f"{finding['file']}:{finding['row']}:{finding['column']}: "
        click.echo(f"{place}{finding['severity']}: {finding['message']}  [{finding['code']}]")
        click.echo(f"  hint: {finding['hint']}")
    if reference:
        click.echo(f"{reference['name']} {reference['revision']} sha256:{reference['digest']}")


def _watch(folder: str, once: Callable[[], int], *, as_json: bool) -> int:
    """Runs the tests after each change. What keeps them from running is told, and may be put right."""
    while True:
        seen = _changed(folder)
        try:
            once()
        except SealwrightError as error:
            outcome.fail(error, as_json=as_json)
        while _changed(folder) == seen:
            time.sleep(_WATCH_EVERY_S)


def _changed(folder: str) -> dict[str, int]:
    """Returns when each file was last changed."""
    times = {}
    for below, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in files:
            # A file that goes away while it is looked at is gone.
            with contextlib.suppress(OSError):
                times[os.path.join(below, file)] = os.stat(os.path.join(below, file)).st_mtime_ns
    return times


def _print_report(report: dict[str, Any], *, verbose: bool) -> None:
    for test in report["tests"] if verbose else ():
        click.echo(f"passed: {_full_name(test)} in {test['file']}")
    for failed in report["failed"]:
        row = "" if failed["row"] is None else f":{failed['row']}"
        click.echo(f"failed: {_full_name(failed)} in {failed['file']}{row}: {failed['message']}")
    for file in report["coverage"]["files"]:
        if file["not_covered"]:
            click.echo(f"not reached: {file['path']}, lines {', '.join(map(str, file['not_covered']))}")
    percent = report["coverage"]["percent"]
    click.echo(f"{report['passed']} passed, {len(report['failed'])} failed; {percent:g} % of the lines reached")


def _full_name(test: dict[str, Any]) -> str:
    return f"{test['package']}.{test['name']}" if test["package"] else str(test["name"])


def _print_decision(decision: dict[str, Any]) -> None:
    click.echo(f"{'allowed' if decision['decision'] else 'denied'}  {decision['decision_id']}")
    for reason in decision["reasons"]:
        click.echo(f"  - {outcome.in_words(reason)}  [{reason}]")
    for obligation in decision["obligations"]:
        click.echo(f"  obligation: {json.dumps(obligation, ensure_ascii=False, sort_keys=True)}")
