"""What the command does when somebody watches: the bar, and no bytes on the screen."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import sealwright as sw

LABEL = '{"purposes":["analyse"],"attributes":{"unscanned_allowed":true}}'
POLICY = Path(__file__).parent / "policy"


def watched(folder: Path, *arguments: str, stream: str) -> tuple[int, str]:
    """Runs the command with one stream on a terminal, and returns the exit code and what the terminal shows."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "SEALWRIGHT_POLICY": str(POLICY),
        "SEALWRIGHT_SUBJECT": '{"id":"ana","roles":["analyst"],"amr":["mfa"]}',
        "SEALWRIGHT_PURPOSE": "analyse",
        "TERM": "xterm",
        "COLUMNS": "80",
    }
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: theirs}
    with subprocess.Popen(
        [sys.executable, "-m", "sealwright", *arguments], cwd=folder, env=environment, **streams
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        if process.stderr:
            shown += process.stderr.read()
        process.wait(timeout=60)
    os.close(ours)
    return process.returncode, shown.decode(errors="replace")


@pytest.fixture
def folder(tmp_path: Path, identity: sw.Identity) -> Path:
    (tmp_path / "key").write_text(identity.reveal())
    (tmp_path / "to").write_text(str(identity.recipient))
    (tmp_path / "large").write_bytes(bytes(20 << 20))
    (tmp_path / "small").write_bytes(b"\x00\x1b[31m")
    return tmp_path


def test_long_work_shows_a_bar(folder: Path) -> None:
    code, shown = watched(folder, "seal", "-R", "to", "--label", LABEL, "-o", "out", "large", stream="stderr")
    assert code == 0
    assert "MB" in shown and "━" in shown


@pytest.mark.parametrize("quiet", [("small",), ("--json", "large")])
def test_short_work_and_json_show_none(folder: Path, quiet: tuple[str, ...]) -> None:
    code, shown = watched(folder, "seal", "-R", "to", "--label", LABEL, "-o", "out", *quiet, stream="stderr")
    assert (code, shown) == (0, "")


def test_a_document_does_not_go_to_a_terminal(folder: Path) -> None:
    code, shown = watched(folder, "seal", "-R", "to", "--label", LABEL, "small", stream="stdout")
    assert code == 2
    assert "[output_is_terminal]" in shown
    code, shown = watched(folder, "seal", "-a", "-R", "to", "--label", LABEL, "small", stream="stdout")
    assert code == 0
    assert "BEGIN AGE ENCRYPTED FILE" in shown


def test_bytes_that_are_no_text_do_not_go_to_a_terminal(folder: Path) -> None:
    watched(folder, "seal", "-R", "to", "--label", LABEL, "-o", "out", "small", stream="stdout")
    code, shown = watched(folder, "open", "--allow-unsigned", "-i", "key", "out", stream="stdout")
    assert code == 2
    assert "[output_is_terminal]" in shown and "\x1b[31m" not in shown
