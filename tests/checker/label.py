"""Reads labels and private parts as `core/spec/label.md` says."""

from __future__ import annotations

import json
import re
from typing import Any


class Refused(Exception):
    """Is raised with the code of the specs' tables; of a batch, with the place of the first record that failed."""

    place: int | None = None


def require(holds: object, code: str) -> None:
    if not holds:
        raise Refused(code)


def read_json(text: bytes, code: str) -> Any:
    """Reads I-JSON within the limits of "Form"; every number is a binary64."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(pairs)) == len(pairs), code)
        return dict(pairs)

    def constant(_: str) -> None:
        raise Refused(code)

    try:
        value = json.loads(text.decode(), object_pairs_hook=members, parse_int=float, parse_constant=constant)
        canonical(value)
        require(depth(value) <= 64, code)
    except (ValueError, RecursionError, OverflowError):
        raise Refused(code) from None
    return value


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def canonical(value: Any) -> bytes:
    """Returns the form of RFC 8785."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(value[key]) for key in keys) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return (number(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)).encode()


def number(value: float) -> str:
    """Writes a number as ECMAScript does; one that is integral has to be a safe integer."""
    if value == int(value):
        if abs(value) >= 2**53:
            raise ValueError("an integer beyond 2^53 - 1")
        return str(int(value))
    sign, whole, fraction, exponent = re.fullmatch(r"(-?)(\d+)\.?(\d*)e?(.*)", repr(value)).groups()  # type: ignore[union-attr]
    digits = (whole + fraction).strip("0") or "0"
    point = len(whole) + int(exponent or 0) - len(whole + fraction) + len((whole + fraction).lstrip("0"))
    if point > 0:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if point > -6:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{point - 1}"


def is_time(text: Any) -> bool:
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", text, re.ASCII) if is_text(text) else None
    if match is None:
        return False
    year, month, day, hour, minute, second = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = {2: 28 + leap, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
    return 1 <= month <= 12 and 1 <= day <= days and hour < 24 and minute < 60 and second < 60


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def is_object_of(check: Any) -> Any:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


SHORT = ("document_id", "media_type", "classification", "contributor", "tenant")
LABEL = dict.fromkeys(SHORT, is_text) | {
    "purposes": are_texts,
    "created_at": is_time,
    "retain_until": is_time,
    "policy": lambda value: is_object_of(is_text)(value) and sorted(value) == ["digest", "name", "revision"],
    "transforms": is_object_of(lambda count: isinstance(count, float) and count >= 0 and count.is_integer()),
    "attributes": is_object_of(lambda _: True),
}
PRIVATE = {"file_name": is_text, "data_subjects": are_texts, "attributes": is_object_of(lambda _: True)}


def read_record(text: bytes, fields: dict[str, Any], code: str) -> dict[str, Any]:
    record = read_json(text, code)
    require(isinstance(record, dict) and all(name in fields and fields[name](record[name]) for name in record), code)
    return dict(record)


def check_texts(label: dict[str, Any]) -> None:
    for text in [label.get("document_id", ""), *(label[name] for name in SHORT if name in label), *label.get("purposes", [])]:
        controls = any(ord(letter) < 0x20 or 0x7F <= ord(letter) <= 0x9F for letter in text)
        require(1 <= len(text.encode()) <= 256 and not controls, "label_malformed")


def check_label(text: bytes) -> None:
    require(len(text) <= 4096, "label_too_large")
    label = read_record(text, LABEL, "label_malformed")
    require(canonical(label) == text, "label_malformed")
    check_texts(label)


def written_label(given: bytes) -> bytes:
    """Returns the label that a writer makes of a caller's JSON."""
    label = read_record(given, LABEL, "json_invalid")
    check_texts(label)
    require(len(canonical(label)) <= 4096, "label_too_large")
    return canonical(label)


def check_private(text: bytes) -> dict[str, Any]:
    private = read_record(text, PRIVATE, "private_malformed")
    require(canonical(private) == text, "private_malformed")
    return private
