"""The policy library's examples, schemas and README; and that another engine decides as ours does."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from regopy import Interpreter

import sealwright as sw

ROOT = Path(__file__).parents[3] / "policies"
MODULES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*.rego"))
    if not path.name.endswith("_test.rego")
}
DATA = json.loads((ROOT / "data.json").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
INPUT, CONFIGURATION = (
    Draft202012Validator(json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")))
    for name in ("input", "data")
)
EXAMPLES = {
    path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("sealwright/*/example.json"))
}
TOPICS = sorted({path.split("/")[1] for path in MODULES if path.count("/") == 2} - {"timestamp"})
OPTIONAL = ["attributes", "duties", "hold", "residency", "revocation", "stepup", "training", "trust", "volume"]
DECISION, RETRIEVAL = "sealwright.decision", "sealwright.retrieval.decision"
HOSTILE = [None, True, False, 0, -1.5, 9007199254740991, "", "x", [], {}, [None], {"0": "mfa"}]
ROUNDS, REQUESTS = 12, 30

Json = dict[str, Any]


class Engines:
    """Holds the library under one configuration, in our engine and in rego-cpp."""

    def __init__(self, config: Json) -> None:
        data = {"sealwright": {"config": merged(DATA["sealwright"]["config"], config)}}
        self._ours = {name: sw.Policy(MODULES, data, entrypoint=name) for name in (DECISION, RETRIEVAL)}
        builder = Interpreter()
        for path, text in MODULES.items():
            builder.add_module(path, text)
        builder.add_data(data)
        self._bundle = builder.build("decision=data.sealwright.decision", [name.replace(".", "/") for name in self._ours])
        self._theirs = Interpreter()

    def decide(self, request: Json, entrypoint: str = DECISION) -> Json:
        """Returns our answer, once both agree."""
        decision = self._ours[entrypoint].decide(request)
        self._theirs.set_input(request)
        answer = json.loads(str(self._theirs.query_bundle_entrypoint(self._bundle, entrypoint.replace(".", "/"))))
        other = answer["expressions"][0]
        assert {name: in_order(other[name]) for name in other} == {name: in_order(decision[name]) for name in other}, request
        return decision


@cache
def example(topic: str) -> Engines:
    return Engines(EXAMPLES[topic]["config"])


@pytest.mark.parametrize("topic", TOPICS)
def test_topic_says_who_adopts_it_and_has_an_example(topic: str) -> None:
    assert topic in EXAMPLES
    text = MODULES[f"sealwright/{topic}/{topic}.rego"]
    assert re.match(r"# METADATA\n# scope: package\n# title: .+\n# description: \|\n(#   .+\n)*#   For .+\n", text)


@pytest.mark.parametrize("topic", EXAMPLES)
def test_example_is_decided_as_it_says(topic: str) -> None:
    expect = EXAMPLES[topic]["expect"]
    decision = example(topic).decide(EXAMPLES[topic]["input"])
    assert {name: decision[name] for name in expect} == expect


@pytest.mark.parametrize("topic", EXAMPLES)
def test_example_without_a_fact_is_refused(topic: str) -> None:
    for path, reasons in EXAMPLES[topic]["without"].items():
        decision = example(topic).decide(without(EXAMPLES[topic]["input"], path))
        assert (decision["decision"], decision["reasons"]) == (False, reasons), path


@pytest.mark.parametrize("topic", EXAMPLES)
def test_example_fits_the_schemas(topic: str) -> None:
    INPUT.validate(EXAMPLES[topic]["input"])
    data = merged(DATA, {"sealwright": {"config": EXAMPLES[topic]["config"]}})
    assert CONFIGURATION.is_valid(data) == ("configuration_invalid" not in EXAMPLES[topic]["expect"]["reasons"])


def test_shipped_data_fit_their_schema_and_leave_the_optional_topics_off() -> None:
    for schema in (INPUT.schema, CONFIGURATION.schema):
        Draft202012Validator.check_schema(schema)
    CONFIGURATION.validate(DATA)
    assert not DATA["sealwright"]["config"].keys() & set(OPTIONAL)


def test_schema_and_library_know_the_same_keys() -> None:
    text = MODULES["sealwright/configuration/configuration.rego"]
    always = re.search(r"_optional := .+? - \{(.+?)\}", text, re.DOTALL)
    optional = re.findall(r'^\t"(\w+)": \[', text, re.MULTILINE)
    assert always is not None
    keys = {*re.findall(r'"(\w+)"', always[1]), *optional}
    assert keys == set(CONFIGURATION.schema["$defs"]["config"]["properties"])
    assert {*optional} == {*OPTIONAL, "retrieval"}


def test_readme_names_every_topic_reason_and_key() -> None:
    reasons = {reason for text in MODULES.values() for reason in re.findall(r'deny contains "(\w+)"', text)}
    documented = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    keys = set(CONFIGURATION.schema["$defs"]["config"]["properties"])
    assert reasons | set(TOPICS) | keys <= documented


def test_retrieval_returns_the_example_and_nothing_less() -> None:
    asked = EXAMPLES["retrieval"]["input"]
    assert example("retrieval").decide(asked, RETRIEVAL)["decision"]
    for name in ("tenant", "classification", "purposes", "created_at", "retain_until", "attributes"):
        request = without(asked, f"resource/properties/{name}")
        assert not example("retrieval").decide(request, RETRIEVAL)["decision"], name


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_another_engine_decides_random_requests_alike(seed: int) -> None:
    draw = random.Random(seed)
    config: Json = {}
    for topic in draw.sample(OPTIONAL, draw.randrange(len(OPTIONAL))):
        config = merged(config, EXAMPLES[topic]["config"])
    engines = Engines(config)
    for request in requests(draw):
        decision = engines.decide(request)
        if not isinstance(request["resource"]["properties"].get("created_at", ""), str):
            continue  # rego-cpp orders values of different types otherwise than OPA: text before numbers.
        found = engines.decide(request, RETRIEVAL)
        if decision["decision"] and request["action"]["name"] in {"open", "release", "export", "train", "retrieve"}:
            assert found["decision"], "a search would have left out what may be opened"


def test_random_requests_reach_most_reasons_and_are_allowed_too() -> None:
    config: Json = {}
    for topic in OPTIONAL:
        config = merged(config, EXAMPLES[topic]["config"])
    policies = [sw.Policy(MODULES, data) for data in (DATA, merged(DATA, {"sealwright": {"config": config}}))]
    reasons, allowed = set(), 0
    for seed in range(ROUNDS):
        for request in requests(random.Random(seed)):
            for policy in policies:
                decision = policy.decide(request)
                reasons.update(decision["reasons"])
                allowed += decision["decision"]
    assert len(reasons) > 35
    assert allowed > ROUNDS


def requests(draw: random.Random) -> Iterator[Json]:
    """Makes requests of the examples, each with up to three facts removed, swapped or replaced."""
    inputs = [deepcopy(case["input"]) for case in EXAMPLES.values()]
    for _ in range(REQUESTS):
        request = deepcopy(draw.choice(inputs))
        if draw.random() < 0.5:
            other = draw.choice(inputs)
            request["resource"]["properties"] |= other["resource"]["properties"]
            request["subject"]["properties"] |= {k: v for k, v in other["subject"]["properties"].items() if k != "roles"}
            request["context"] |= {k: v for k, v in other["context"].items() if k != "purpose"}
        for _ in range(draw.randrange(4)):
            part = draw.choice([request["subject"]["properties"], request["resource"]["properties"], request["context"]])
            name = draw.choice(sorted(part)) if part else "time"
            match draw.randrange(3):
                case 0:
                    part.pop(name, None)
                case 1:
                    part[name] = deepcopy(draw.choice(HOSTILE))
                case 2:
                    request["action"]["name"] = draw.choice(sorted(DATA["sealwright"]["config"]["actions"]))
        yield request


def merged(base: Json, more: Json) -> Json:
    result = dict(base)
    for key, value in more.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def without(request: Json, path: str) -> Json:
    request = deepcopy(request)
    *parents, last = path.split("/")
    place: Any = request
    for name in parents:
        place = place[name]
    del place[int(last) if isinstance(place, list) else last]
    return request


def in_order(value: Any) -> Any:
    return sorted(value, key=json.dumps) if isinstance(value, list) else value
