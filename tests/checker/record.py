"""Opens sealed records as `core/spec/record.md` says, written from that alone."""

from __future__ import annotations

import hashlib
import json
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from document import dearmored, decrypt, decrypt_payload, file_key_of, hkdf, read_header
from label import Refused, require

Collection = tuple[bytes, bytes, bytes, bytes]  # Its id, its key's id, record key, index key.


def read_collection(file: bytes, identity: str) -> Collection:
    header = read_header(dearmored(file))
    require(header.label, "label_count")
    file_key = file_key_of(header, [identity], None)
    require(not decrypt_payload(file_key, header.payload), "collection_payload")
    salt, names = hashlib.sha256(header.label).digest(), ("record-id", "record", "blind-index")
    key_id, record, index = (hkdf(file_key, salt, f"sealwright.dev/v1/{name}") for name in names)
    return json.loads(header.label)["document_id"].encode(), key_id[:4], record, index


def opened(collections: list[Collection], column: str, ids: list[bytes], tokens: list[bytes]) -> list[bytes]:
    require(len({collection_id for collection_id, *_ in collections}) == 1, "collection_mismatch")
    require(len(ids) == len(tokens), "batch_invalid")
    require(0 < len(column.encode()) <= 256, "record_limit")
    values = []
    for place, (row, token) in enumerate(zip(ids, tokens, strict=True)):
        try:
            values.append(open_token(collections, column, row, token))
        except Refused as refused:
            refused.place = place
            raise
    return values


def open_token(collections: list[Collection], column: str, row: bytes, token: bytes) -> bytes:
    require(0 < len(row) <= 1024, "record_limit")
    require(45 <= len(token) <= 45 + 2**24 and token[0] == 1, "record_corrupt")
    parts = (collections[0][0], column.encode(), row)
    data = b"sealwright.dev/v1/record" + b"".join(struct.pack(">H", len(part)) + part for part in parts)
    keys = [key for _, key_id, key, _ in collections if key_id == token[1:5]]
    require(keys, "record_key_unknown")
    return decrypt(hchacha20(keys[0], token[5:21]), bytes(4) + token[21:29], token[29:], data, "record_corrupt")


def hchacha20(key: bytes, nonce: bytes) -> bytes:
    """Returns the first and the last row of ChaCha20's block, less the state that was added to them."""
    block = struct.unpack("<16I", Cipher(algorithms.ChaCha20(key, nonce), None).encryptor().update(bytes(64)))
    state = struct.unpack("<8I", b"expand 32-byte k" + nonce)
    return struct.pack("<8I", *(word - added & 0xFFFFFFFF for word, added in zip(block[:4] + block[12:], state, strict=True)))
