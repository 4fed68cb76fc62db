"""Opens, with Python and with stock `age`, what Chromium sealed: `large.test.js` left it in the folder named."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import sealwright as sw


def digest(file: IO[bytes]) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def main(folder: Path) -> int:
    document, key = folder / "large.age", folder / "large.identity"
    if not document.exists():
        print(f"left out: Chromium sealed nothing in {folder.name}")
        return int("chromium" in os.environ.get("SEALWRIGHT_REQUIRE", "").split(","))
    expected = (folder / "large.sha256").read_text().strip()
    opened = folder / "large.opened"
    sw.decrypt(document, identities=sw.Identity.load(key), output=opened)
    with opened.open("rb") as file:
        results = {"Python": digest(file) == expected}
    opened.unlink()
    if (age := shutil.which("age")) is None:
        print("left out: stock `age` is not installed here")
        results["age"] = "age" not in os.environ.get("SEALWRIGHT_REQUIRE", "").split(",")
    else:
        with subprocess.Popen([age, "--decrypt", "--identity", key, document], stdout=subprocess.PIPE) as process:
            assert process.stdout
            results["age"] = digest(process.stdout) == expected
    for name, same in results.items():
        print(f"what Chromium sealed, opened by {name}: {'the same bytes' if same else 'OTHER BYTES'}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
