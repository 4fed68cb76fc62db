"""A policy of many rules over many grants, and requests of which no two ask the same: that of `decide.rs`."""

from __future__ import annotations

from typing import Any

RULES = 100
REQUESTS = 4_096
HEAD = """package sealwright

default allow := false

decision := {"decision": allow, "reasons": reasons}

reasons contains "tenant_mismatch" if not same_tenant

reasons contains "not_granted" if not allow

same_tenant if input.subject.properties.tenant == input.resource.properties.tenant
"""


def policy(grants: int) -> dict[str, Any]:
    rules = [
        f'\nallow if {{ input.action.name in {{"{("open", "train", "retrieve")[rule % 3]}", "export"}}; '
        f'input.resource.properties.department == "d{rule}"; some role in input.subject.properties.roles; '
        f"role == data.departments.d{rule}.role; "
        'data.grants[input.subject.id][input.resource.properties.collection] == "reader" }\n'
        for rule in range(RULES)
    ]
    data = {
        "departments": {f"d{rule}": {"role": f"analyst-{rule % 7}"} for rule in range(RULES)},
        "grants": {_user(user): {"contracts-2026": "reader"} for user in range(grants)},
    }
    modules = [{"path": "rules.rego", "text": HEAD + "".join(rules)}]
    return {"name": "rules", "revision": "1", "modules": modules, "data": data}


def requests() -> list[dict[str, Any]]:
    return [_request(user) for user in range(REQUESTS)]


def _request(user: int) -> dict[str, Any]:
    rule = RULES * 2 // 3 // 3 * 3
    subject = {"roles": ["employee", f"analyst-{rule % 7}"], "tenant": "acme", "amr": ["pwd", "mfa"]}
    resource = {
        "classification": "internal",
        "tenant": "acme",
        "department": f"d{rule}",
        "collection": "contracts-2026",
        "purposes": ["analyse", "train"],
        "created_at": "2026-01-01T00:00:00Z",
        "contributor": "legal@acme.example",
    }
    return {
        "subject": {"type": "user", "id": _user(user), "properties": subject},
        "action": {"name": "open"},
        "resource": {"type": "document", "id": "5c1e0f0e-66b4-4a0b-9f0e-0a4f3ab0f001", "properties": resource},
        "context": {"time": "2026-11-21T07:00:00Z", "purpose": "analyse"},
    }


def _user(user: int) -> str:
    return f"user{user}@acme.example"


def cedar() -> str:
    """Returns the same rules in Cedar. Its host looks up the grants of who asks, as it must, and hands over those alone."""
    return "".join(
        f'permit (principal, action in [Action::"{("open", "train", "retrieve")[rule % 3]}", Action::"export"], resource) '
        f'when {{ resource.department == "d{rule}" && principal.roles.contains("analyst-{rule % 7}") && '
        "principal.tenant == resource.tenant && principal.reader.contains(resource.collection) };\n"
        for rule in range(RULES)
    )


def cedar_request(asked: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Returns a request and its entities as Cedar takes them."""
    subject, resource = asked["subject"], asked["resource"]
    user, document = {"type": "User", "id": subject["id"]}, {"type": "Document", "id": resource["id"]}
    entities: list[dict[str, Any]] = [
        {"uid": user, "attrs": {**subject["properties"], "reader": ["contracts-2026"]}, "parents": []},
        {"uid": document, "attrs": resource["properties"], "parents": []},
    ]
    action = {"type": "Action", "id": asked["action"]["name"]}
    return {"principal": user, "action": action, "resource": document, "context": asked["context"]}, entities
