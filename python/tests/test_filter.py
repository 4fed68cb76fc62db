"""Filters, and SQLite for real: what a store returns is what the policy admits."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sealwright import Filter, Policy, PolicyError

LIBRARY = Path(__file__).parents[2] / "policies"
ANA = {"id": "ana", "properties": {"tenant": "acme", "roles": ["analyst"], "amr": ["otp"], "level": 2}}
CONTEXT = {"time": "2026-11-21T07:00:00Z", "purpose": "retrieve"}
TYPES = {"level": "integer", "score": "number", "hold": "boolean", "unit": "text"}
FIELDS = {f"resource.properties.attributes.{name}": {"type": kind} for name, kind in TYPES.items()}
COLUMNS = {
    **{field: {**column, "name": f'a"{field}'} for field, column in FIELDS.items()},
    **{
        f"resource.properties.{name}": {"name": f'l"{name}'}
        for name in ("tenant", "classification", "purposes", "created_at", "retain_until")
    },
}

RULES = [
    "allow if input.resource.properties.tenant == input.subject.properties.tenant",
    "allow if input.resource.properties.tenant != input.subject.properties.tenant",
    "allow if not input.resource.properties.attributes.hold == true",
    "allow if not input.resource.properties.attributes.hold",
    "allow if input.resource.properties.attributes.level <= input.subject.properties.level",
    "allow if not input.resource.properties.attributes.score > 1.5",
    'allow if input.resource.properties.classification in {"public", "internal"}',
    'allow if not known\nknown if input.resource.properties.classification in {"public", "internal"}',
    'allow if "train" in input.resource.properties.purposes',
    'allow if not "train" in input.resource.properties.purposes',
    'allow if not training\ntraining if "train" in input.resource.properties.purposes',
    "allow if input.resource.properties.created_at <= input.context.time",
    'allow if input.resource.properties.attributes.unit < "l"',
    "allow if input.resource.properties.attributes.unit < 7",
    "allow if input.resource.properties.attributes.level > true",
    "allow if count(deny) == 0\ndeny contains 1 if input.resource.properties.attributes.level > 2\n"
    "deny contains 2 if not input.resource.properties.tenant",
    'rank := {"public": 0, "internal": 1, "confidential": 2}\n'
    "allow if rank[input.resource.properties.classification] <= input.subject.properties.level\n"
    "allow if { not rank[input.resource.properties.classification]\n input.resource.properties.attributes.hold == false }",
    'allow if object.get(input.resource.properties, "tenant", "acme") == "acme"',
    "allow if grade > 1\ngrade := 3 if input.resource.properties.attributes.hold else := 2 if "
    "input.resource.properties.attributes.score == 1\ndefault grade := 0",
    "allow if f(input.resource.properties.attributes.unit)\nf(x) if x == \"legal\"\nf(x) if { x != \"sales\"\n x > \"m\" }",
    "allow if input.resource.properties.tenant == \"x' OR '1'='1\"",
]


def documents(count: int) -> list[dict[str, Any]]:
    pick = random.Random(7)
    times = ["2026-11-21T06:59:59Z", "2026-11-21T07:00:00Z", "2030-01-01T00:00:00Z"]
    values: dict[str, list[Any]] = {
        "tenant": ["acme", "acme", "globex", "ACME", "x' OR '1'='1"],
        "classification": ["public", "internal", "confidential", "restricted"],
        "purposes": [[], ["train"], ["retrieve", "train"], ["retrieve"], ["Train"]],
        "created_at": times,
        "retain_until": times,
    }
    attributes: dict[str, list[Any]] = {
        "level": [0, 1, 2, 3],
        "score": [0.5, 1, 1.5, 2.25],
        "hold": [True, False],
        "unit": ["legal", "sales", "Legal", "é", ""],
    }

    def some(choices: dict[str, list[Any]]) -> dict[str, Any]:
        return {name: pick.choice(of) for name, of in choices.items() if pick.random() < 0.75}

    return [{**some(values), **({"attributes": some(attributes)} if pick.random() < 0.9 else {})} for _ in range(count)]


@pytest.fixture(scope="module")
def labels() -> list[dict[str, Any]]:
    return documents(3000)


@pytest.fixture(scope="module")
def table(labels: list[dict[str, Any]]) -> sqlite3.Connection:
    return sqlite_of(labels)


def sqlite_of(labels: list[dict[str, Any]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    names = {field: str(column["name"]) for field, column in COLUMNS.items()}
    columns = ", ".join('"{}"'.format(name.replace('"', '""')) for name in names.values())
    connection.execute(f'CREATE TABLE documents (id INTEGER, "meta""data" TEXT COLLATE NOCASE, {columns})')
    for row, label in enumerate(labels):
        plain = {**label.get("attributes", {}), **label}
        values = [plain.get(field.rsplit(".", 1)[1]) for field in names]
        kept = [json.dumps(value) if isinstance(value, list) else value for value in values]
        marks = ", ".join("?" * (len(kept) + 2))
        connection.execute(f"INSERT INTO documents VALUES ({marks})", [row, json.dumps(label), *kept])
    return connection


def policy(rules: str) -> Policy:
    text = f'package sealwright\n\ndecision := {{"decision": allow}}\n\ndefault allow := false\n\n{rules}\n'
    return Policy({"acme.rego": text})


def found(table: sqlite3.Connection, condition: tuple[str, list[Any]]) -> set[int]:
    text, parameters = condition
    return {row for (row,) in table.execute(f"SELECT id FROM documents WHERE {text}", parameters)}


def admitted(policy: Policy, labels: list[dict[str, Any]]) -> set[int]:
    caller = {"subject": {"type": "user", **ANA}, "action": {"name": "retrieve"}, "context": CONTEXT}
    resource = {"type": "document", "id": "d"}
    return {
        row
        for row, label in enumerate(labels)
        if policy.decide({**caller, "resource": {**resource, "properties": label}})["decision"]
    }


def check(policy: Policy, labels: list[dict[str, Any]], table: sqlite3.Connection) -> set[int]:
    found_filter = policy.filter(subject=ANA, action="retrieve", context=CONTEXT)
    expected = admitted(policy, labels)
    assert {row for row, label in enumerate(labels) if found_filter.matches({"properties": label})} == expected
    assert found(table, found_filter.to_sql("sqlite", column='meta"data', fields=FIELDS)) == expected
    assert found(table, found_filter.to_sql("sqlite", fields=COLUMNS)) == expected
    return expected


@pytest.mark.parametrize("rules", RULES)
def test_sqlite_returns_what_is_admitted(rules: str, labels: list[dict[str, Any]], table: sqlite3.Connection) -> None:
    rows = check(policy(rules), labels, table)
    assert 0 < len(rows) < len(labels) or "< 7" in rules or "> true" in rules


@pytest.mark.skipif(not (LIBRARY / "sealwright/retrieval").exists(), reason="the library has no retrieval policy")
def test_sqlite_returns_what_the_library_admits(labels: list[dict[str, Any]], table: sqlite3.Connection) -> None:
    library = Policy.load(LIBRARY, entrypoint="sealwright.retrieval.decision")
    assert check(library, labels, table)


def test_nobody_admitted_is_nothing_found(labels: list[dict[str, Any]], table: sqlite3.Connection) -> None:
    nobody = policy("allow if input.resource.properties.tenant in input.subject.properties.tenants")
    found_filter = nobody.filter(subject={"id": "eve", "properties": {"tenants": []}}, action="retrieve")
    assert (found_filter.kind, found_filter.condition) == ("never", None)
    assert found(table, found_filter.to_sql("sqlite")) == set()
    assert found_filter.to_qdrant() == {"must": [{"has_id": []}]}
    assert found_filter.to_chroma() is not None


def test_what_no_condition_says_raises_with_its_place() -> None:
    with pytest.raises(PolicyError) as raised:
        policy('allow if startswith(input.resource.properties.tenant, "a")').filter(subject=ANA, action="retrieve")
    assert raised.value.code == "filter_unsupported"
    assert raised.value.location is not None and raised.value.location.row == 7


def test_a_filter_is_said_in_each_store_and_read_again() -> None:
    found_filter = policy(RULES[0]).filter(subject=ANA, action="retrieve")
    again = Filter.parse(found_filter.to_json())
    assert again.condition == {
        "type": "field",
        "operator": "eq",
        "field": "resource.properties.tenant",
        "value": "acme",
    }
    assert again.to_lancedb() == "(`tenant` IS NOT NULL AND `tenant` IN ('acme'))"
    assert again.to_pgvector(first_parameter=2) == (
        '("tenant" IS NOT NULL AND "tenant" COLLATE "C" IN ($2::text))',
        ["acme"],
    )
    assert again.to_chroma() == {"tenant": {"$eq": "acme"}}
    assert again.to_qdrant() == {"must": [{"should": [{"key": "tenant", "match": {"value": "acme"}}]}]}
    assert again.to_langchain() == {"comparator": "eq", "attribute": "tenant", "value": "acme"}
    assert again.to_llamaindex() == {
        "condition": "and",
        "filters": [{"key": "tenant", "operator": "==", "value": "acme"}],
    }
