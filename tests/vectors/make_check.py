"""Writes `tests/vectors/check`: policies with one planted fault each, whose place is marked `«code»` in the text.

Usage: python tests/vectors/make_check.py
"""

import json
import re
from pathlib import Path

HEAD = "package sealwright\n\n"
ALLOW = 'default decision := {"decision": false}\n\ndecision := {"decision": true} if allow\n\n'
ERRORS = {
    "policy_syntax", "policy_builtin", "policy_recursion", "policy_limit", "policy_invalid",
    "undefined_reference", "wrong_arguments",
}  # fmt: skip
INPUT = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "subject": {"$ref": "#/$defs/subject"},
        "action": {"type": "object", "additionalProperties": False, "properties": {"name": {"type": "string"}}},
        "resource": {"type": "object"},
        "context": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "$defs": {
        "subject": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"id": {"type": "string"}, "roles": {"type": "array", "items": {"type": "string"}}},
        }
    },
}
DATA = {"roles": {"reader": {"actions": ["open"]}}, "users": [{"id": "ana", "level": 3}], "grants": {"ana": "open"}}

# name: (comment, rules behind the package and a decision that asks for `allow`, or a whole set of modules)
FAULTS = {
    "syntax_bracket": ("A bracket that nothing closes.", 'allow if input.action.name in ["open"\n«policy_syntax»'),
    "syntax_two_files": (
        "Two modules that cannot be read: both are told.",
        {
            "a.rego": HEAD + ALLOW + "allow if «policy_syntax»}\n",
            "b.rego": "package other\n\nx := «policy_syntax»]\n",
        },
    ),
    "syntax_v0": ("A rule as Rego v0 has it.", 'allow «policy_syntax»{ input.action.name == "open" }\n'),
    "http_send": ("A call into the network.", 'allow if «policy_builtin»http.send({"method": "get", "url": "u"}).status == 200\n'),
    "time_now": ("A clock.", "allow if «policy_builtin»time.now_ns() > 0\n"),
    "rand": ("Chance.", 'allow if «policy_builtin»rand.intn("x", 10) == 1\n'),
    "opa_runtime": ("The host's settings.", "allow if «policy_builtin»opa.runtime().env.DEBUG\n"),
    "builtin_misspelt": ("A built-in misspelt.", 'allow if «policy_builtin»startwith(input.action.name, "o")\n'),
    "builtins_two": (
        "Two calls of what is not there: both are told.",
        "allow if «policy_builtin»nonsense(1)\n\nallow if «policy_builtin»print(input)\n",
    ),
    "builtin_in_test": (
        "A test that calls what is not there.",
        {
            "a.rego": HEAD + ALLOW + 'allow if input.action.name == "open"\n',
            "a_test.rego": "package a_test\n\ntest_it if «policy_builtin»rego.metadata.chain()\n",
        },
    ),
    "builtin_arguments": ("A built-in with an argument too many.", "allow if «policy_syntax»count(input.subject.roles, 1, 2) == 1\n"),
    "function_arguments": (
        "A function with too few arguments.",
        "allow if «wrong_arguments»«reference_tier?»_may(input.action.name)\n\n_may(action, role) if data.grants[role] == action\n",
    ),
    "recursion": ("A rule that builds on itself.", "allow if _a\n\n«policy_recursion»_a if not allow\n"),
    "data_in_rules_place": ("Data where a rule is.", {"a.rego": "package roles\n\n" + 'reader := "x"\n\n' + "decision := {\"decision\": false}\n"}),
    "entrypoint_is_no_rule": ("No entrypoint.", {"a.rego": HEAD + "allow := false\n"}),
    "rule_misspelt": ("A rule misspelt.", 'allow if «undefined_reference»_is_raeder\n\n_is_reader if "reader" in input.subject.roles\n'),
    "variable_unknown": ("A variable that nothing declares.", "allow if «undefined_reference»action.name == input.action.name\n"),
    "argument_unknown": ("An argument that nothing declares.", 'allow if startswith(«undefined_reference»name, "o")\n'),
    "import_unknown": (
        "An import of a package that is not there.",
        {"a.rego": HEAD + "«undefined_reference»import data.acme.rolse\n\n" + ALLOW + "allow if rolse.reader\n",
         "b.rego": "package acme.roles\n\nreader if \"reader\" in input.subject.roles\n"},
    ),
    "rule_of_package_unknown": (
        "A rule that the imported package does not have.",
        {"a.rego": HEAD + "import data.acme.roles\n\n" + ALLOW + "allow if «undefined_reference»roles.writer\n",
         "b.rego": "package acme.roles\n\nreader if \"reader\" in input.subject.roles\n"},
    ),
    "data_unknown": ("Data that are not there.", "allow if input.action.name in «undefined_reference»data.role.reader.actions\n"),
    "data_unknown_below": ("A part of data that is not there.", "allow if input.action.name in «undefined_reference»data.roles.writer.actions\n"),
    "import_unused": (
        "An import that nothing uses.",
        {"a.rego": HEAD + "«unused_import»import data.roles\n\n" + ALLOW + 'allow if input.action.name == "open"\n'},
    ),
    "variable_unused": ("A variable that nothing reads.", 'allow if {\n\t«unused_variable»role := input.subject.roles[0]\n\tinput.action.name == "open"\n}\n'),
    "key_unused": ("A key that nothing reads.", 'allow if {\n\tsome «unused_variable»name, role in data.roles\n\tinput.action.name in role.actions\n}\n'),
    "negated_comparison": ("A negated comparison of what may be missing.", 'allow if not «negated_missing»input.action.name == "destroy"\n'),
    "negated_call": ("A negated call on what may be missing.", "allow if not «negated_missing»_bad(input.subject.id)\n\n_bad(id) if id == \"eve\"\n"),
    "negated_builtin": ("A negated built-in on what may be missing.", 'allow if not «negated_missing»startswith(input.action.name, "d")\n'),
    "negated_membership": ("A negated membership of what may be missing.", 'allow if not «negated_missing»input.subject.id in ["eve"]\n'),
    "negated_rule": ("A negated comparison of a rule without a default.", '_role := input.subject.roles[0]\n\nallow if not «negated_missing»_role == "eve"\n'),
    "negated_key": ("A negated reference whose key may be missing.", "allow if not «negated_missing»data.grants[input.subject.id]\n"),
    "entrypoint_undefined": (
        "An entrypoint without a default.",
        {"a.rego": HEAD + '«entrypoint_undefined»decision := {"decision": true} if input.action.name == "open"\n'},
    ),
    "entrypoint_of_undefined": (
        "An entrypoint made of a rule without a default.",
        {"a.rego": HEAD + '«entrypoint_undefined»decision := {"decision": allow}\n\nallow if input.action.name == "open"\n'},
    ),
    "input_unknown": ("A member of `input` that the schema does not have.", 'allow if «input_unknown»input.user.id == "ana"\n'),
    "input_misspelt": ("A member misspelt, behind a reference of the schema.", 'allow if "reader" in «input_unknown»input.subject.rolls\n'),
    "input_of_text": ("A member of what is a text.", 'allow if «input_unknown»input.action.name.id == "open"\n'),
    "input_imported": (
        "A member that the schema does not have, through an import.",
        {"a.rego": HEAD + "import input.subject as who\n\n" + ALLOW + 'allow if «input_unknown»who.name == "ana"\n'},
    ),
    "scan_by_field": ("Data looked through for a field.", 'allow if {\n\t«data_scan»some user in data.users\n\tuser.id == input.subject.id\n\tuser.level > 2\n}\n'),
    "scan_by_key": ("Data looked through for a key.", "allow if {\n\t«data_scan»some who, action in data.grants\n\twho == input.subject.id\n\taction == input.action.name\n}\n"),
    "scan_by_underscore": ("Data looked through in one line.", "allow if «data_scan»data.users[_].id == input.subject.id\n"),
    "scan_by_variable": ("Data looked through by a variable in brackets.", "allow if {\n\t«data_scan»data.grants[who] == input.action.name\n\twho == input.subject.id\n}\n"),
    "reference_tier": (
        "What the compiled tier does not take.",
        {"a.rego": HEAD + "«reference_tier»import future.keywords.not\n\n" + ALLOW + 'allow if input.action.name == "open"\n'},
    ),
    "condition_true": ("A condition that always holds.", "allow if «constant_condition»true\n"),
    "condition_of_literals": ("A comparison that never changes.", 'allow if {\n\t«constant_condition»1 == 2\n\tinput.action.name == "open"\n}\n'),
    "reason_stands": (
        "A warning that somebody has answered.",
        "# allow data_scan: there are five users\nallow if data.users[_].id == input.subject.id\n",
    ),
    "reason_is_missing": (
        "A comment without a reason answers nothing.",
        "# allow data_scan:\nallow if «data_scan»data.users[_].id == input.subject.id\n",
    ),
    "nothing": (
        "A policy without a fault.",
        'allow if {\n\tsome role in input.subject.roles\n\tinput.action.name in data.roles[role].actions\n\tnot _barred\n}\n\n_barred if input.subject.id == "eve"\n',
    ),
}
# What concerns no single place.
WITHOUT_PLACE = {"data_in_rules_place": "policy_invalid", "entrypoint_is_no_rule": "policy_invalid"}
MARK = re.compile(r"«(\w+)»")


def planted(path: str, text: str) -> tuple[str, list[dict[str, object]]]:
    """Takes the marks out of a text, and returns what they say."""
    findings = []
    while mark := MARK.search(text):
        before = text[: mark.start()]
        code = mark[1]
        findings.append(
            {
                "code": code,
                "severity": "error" if code in ERRORS else "warning",
                "file": path,
                "row": before.count("\n") + 1,
                "column": len(before) - (before.rfind("\n") + 1) + 1,
            }
        )
        text = before + text[mark.end() :]
    return text, findings


def main() -> None:
    folder = Path(__file__).parent / "check"
    for name, (comment, rules) in FAULTS.items():
        modules = rules if isinstance(rules, dict) else {"a.rego": HEAD + ALLOW + rules}
        expect: list[dict[str, object]] = []
        texts = []
        for path, marked in modules.items():
            text, findings = planted(path, marked.replace("«reference_tier?»", ""))
            texts.append({"path": path, "text": text})
            expect += findings
        if code := WITHOUT_PLACE.get(name):
            expect.append({"code": code, "severity": "error", "file": None, "row": None, "column": None})
        schemas = {"input": INPUT} if name.startswith("input_") else {}
        entrypoint = "roles.decision" if name == "data_in_rules_place" else "sealwright.decision"
        policy = {"name": "planted", "revision": "1", "entrypoint": entrypoint, "modules": texts, "data": DATA}
        vector = {"comment": comment, "policy": policy, "schemas": schemas, "expect": expect}
        (folder / f"{name}.json").write_text(json.dumps(vector, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
