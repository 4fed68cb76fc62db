"""The command `sealwright`: it only carries between files, flags and the package."""

from __future__ import annotations


def main() -> None:
    """Runs the command and ends the process with its exit code."""
    # Here, so that `import sealwright` does not pay for the command.
    from .app import run

    raise SystemExit(run())
