"""Measures Sealwright beside its peers, prints the table and writes it to `results.md`; given themes, prints those alone.

The contenders of a line take turns in one run, so its ratio holds where the times do not. Nothing here fails for being
slow.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import decisions
import edge
import javascript
import large
import packages
import ranges
import records
import rewrapping
import scanning
import sealing
from contest import ROUNDS, Contest, Row
from inputs import Inputs, inputs
from machine import machine, versions
from worker import Worker, built, built_peer, worker

RESULTS = Path(__file__).with_name("results.md")
METHOD = (
    f"Figures are medians of {ROUNDS} turns or more after a warm-up (five in Node; sizes are read once); the contenders of a "
    "line take turns. Ratio = ours / peer. A turn has 4,096 decisions of ours, 500 of Cedar's and 20 of regopy's, of which one takes "
    "milliseconds. One core is compared by CPU time, whole processes with their start and files."
)
NOTES = {decisions.THEME: decisions.OPA}
COLUMNS = ("what", "ours", "", "peer", "", "ratio", "unit")


def main() -> None:
    console = Console(width=None if Console().is_terminal else 180)
    themes = sys.argv[1:]
    cli, core = built("cli", "worker")
    peer = built_peer()
    facts = [*machine(), *versions()]
    with (
        inputs() as folder,
        worker(core, folder.folder, pinned=True) as native,
        worker(core, folder.folder) as native_on_all,
        worker(peer, folder.folder, pinned=True) as age_crate,
        worker("node", Path(__file__).with_name("node.mjs"), folder.folder) as node,
    ):
        contests = _contests(folder, cli, native, native_on_all, age_crate, node)
        rows = _measured([contest for contest in contests if not themes or contest.theme in themes], console)
    rows += [row for row in [*large.rows(), *edge.rows()] if not themes or row.theme in themes]
    _show(rows, console)
    if themes:
        return
    RESULTS.write_text(_markdown(rows, facts))
    console.print(f"written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")


def _contests(
    inputs: Inputs, cli: Path, core: Worker, core_on_all: Worker, age_crate: Worker, node: Worker
) -> list[Contest]:
    return [
        *sealing.contests(inputs, cli, core, core_on_all, age_crate),
        *javascript.contests(node),
        *ranges.contests(inputs, core, age_crate, node),
        *rewrapping.contests(core),
        *records.contests(inputs, core, node),
        *decisions.contests(inputs, core, node),
        *scanning.contests(inputs, core, node),
        *packages.contests(),
    ]


def _measured(contests: list[Contest], console: Console) -> list[Row]:
    rows: list[Row] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for contest in progress.track(contests, description="measure"):
            rows += contest.run()
    return rows


def _show(rows: list[Row], console: Console) -> None:
    table = Table(title="Measured beside the peers", caption=METHOD, title_justify="left", caption_justify="left")
    for heading in COLUMNS:
        table.add_column(heading)
    theme = None
    for row in rows:
        if theme != row.theme:
            table.add_section()
            table.add_row(f"[bold]{row.theme}[/bold]")
        theme = row.theme
        table.add_row(*_cells(row))
    console.print(table)
    for theme in dict.fromkeys(row.theme for row in rows):
        if theme in NOTES:
            console.print(f"{theme}: {NOTES[theme]}")


def _markdown(rows: list[Row], facts: list[str]) -> str:
    return "\n".join(_lines(rows, facts))


def _lines(rows: list[Row], facts: list[str]) -> Iterator[str]:
    yield from ("# Measured beside the peers", "", f"`make bench` wrote this file. {METHOD}", "")
    yield from (f"- {fact}" for fact in facts)
    for theme, of_theme in itertools.groupby(rows, lambda row: row.theme):
        yield from ("", f"## {theme}", "", f"| {' | '.join(COLUMNS)} |", "|---|---|--:|---|--:|--:|---|")
        yield from (f"| {' | '.join(_cells(row))} |" for row in of_theme)
        if theme in NOTES:
            yield from ("", NOTES[theme])
    yield ""


def _cells(row: Row) -> tuple[str, ...]:
    peer = "" if row.peer_value is None else _figure(row.peer_value)
    ratio = "" if row.ratio is None else f"{_figure(row.ratio)} ×"
    return (row.what, row.ours, _figure(row.value), row.peer, peer, ratio, row.unit)


def _figure(value: float) -> str:
    """Returns three figures: more than that is noise."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2g}" if value < 0.1 else f"{value:.2f}"


if __name__ == "__main__":
    main()
