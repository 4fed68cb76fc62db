"""BLAKE3 (its paper, section 2) in plain Python, slow and short."""

from __future__ import annotations

import struct

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
COLUMNS_AND_DIAGONALS = tuple(
    (at, 4 + (at + turn) % 4, 8 + (at + 2 * turn) % 4, 12 + (at + 3 * turn) % 4) for turn in (0, 1) for at in range(4)
)
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
CHUNK = 1024


def compress(value: tuple[int, ...], block: bytes, counter: int, flags: int) -> tuple[int, ...]:
    words = struct.unpack("<16I", block.ljust(64, b"\0"))
    state = [*value, *IV[:4], counter & 0xFFFFFFFF, counter >> 32, len(block), flags]
    for _ in range(7):
        for place, (a, b, c, d) in enumerate(COLUMNS_AND_DIAGONALS):
            for word, right, other in ((words[2 * place], 16, 12), (words[2 * place + 1], 8, 7)):
                state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
                mixed = state[d] ^ state[a]
                state[d] = (mixed >> right | mixed << 32 - right) & 0xFFFFFFFF
                state[c] = (state[c] + state[d]) & 0xFFFFFFFF
                mixed = state[b] ^ state[c]
                state[b] = (mixed >> other | mixed << 32 - other) & 0xFFFFFFFF
        words = tuple(words[at] for at in PERMUTATION)
    return tuple(low ^ high for low, high in zip(state[:8], state[8:], strict=True))


def parent(left: bytes, right: bytes, root: bool = False) -> bytes:
    return struct.pack("<8I", *compress(IV, left + right, 0, PARENT | ROOT * root))


def left_size(size: int, unit: int) -> int:
    """Returns how much of a subtree stands on its left: the largest power of two of units that leaves some to the right."""
    return unit << ((size - 1) // unit).bit_length() - 1


def subtree(data: bytes, first: int = 0, root: bool = False) -> bytes:
    """Returns the chaining value of a part that begins with chunk `first`."""
    if len(data) > CHUNK:
        cut = left_size(len(data), CHUNK)
        return parent(subtree(data[:cut], first), subtree(data[cut:], first + cut // CHUNK), root)
    value: tuple[int, ...] = IV
    last = max(len(data) - 1, 0) // 64
    for at in range(last + 1):
        flags = CHUNK_START * (at == 0) | (CHUNK_END | ROOT * root) * (at == last)
        value = compress(value, data[64 * at : 64 * at + 64], first, flags)
    return struct.pack("<8I", *value)
