"""The extension exports what `tests/surface.txt` lists: no less, no more."""

from pathlib import Path

from sealwright import _core

SURFACE = Path(__file__).parents[2] / "surface.txt"


def test_the_extension_is_the_surface() -> None:
    lines = (line.partition("#")[0].split() for line in SURFACE.read_text(encoding="utf-8").splitlines())
    assert set(exports()) == {words[0] for words in lines if words and "wasm" not in words}


def exports() -> list[str]:
    names = []
    for name, value in vars(_core).items():
        if name.startswith("_"):
            continue
        if isinstance(value, type):
            methods = ["new" if method == "__new__" else method for method in vars(value)]
            names += [f"{name}.{method}" for method in methods if not method.startswith("_")]
        else:
            names.append(name)
    return names
