"""Deciding: one request with the policy library, and many with a policy of many rules."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import sealwright as sw

import rules
from clock import cpu
from contest import Contender, Contest, missing
from inputs import GRANTS, Inputs
from worker import Worker

THEME = "Decision"
ENTRYPOINT = "sealwright/decision"
DECISIONS = 4_096
CEDAR_DECISIONS = 500
REGOPY_DECISIONS = 20
# Measured by hand on another day: no registry of packages has OPA.
OPA = (
    "Not of this run: OPA compiled to WebAssembly needs 17 to 19 µs for a request of the same policy of 100 rules on wasmtime, "
    "15 to 20 µs in Node, and 25 ms to load; with 10 rules 8 µs, with 1,000 rules 112 µs."
)


def contests(inputs: Inputs, core: Worker, node: Worker) -> list[Contest]:
    return [
        _contest(
            "the library on one request, over and over: the core remembers it",
            [
                core.cpu("core", "decide"),
                Contender("Python", lambda: _decide(lambda: inputs.policy.decide(inputs.request))),
                node.cpu("Node", "decide"),
            ],
            [Contender("regopy (rego-cpp), compiled bundle", _regopy(inputs))],
        ),
        *(_many(inputs, grants, core, node) for grants in GRANTS),
        _again(inputs, core, node),
    ]


def _contest(what: str, ours: list[Contender], peers: list[Contender]) -> Contest:
    unit = "CPU µs, less is better"
    return Contest(theme=THEME, what=what, unit=unit, convert=lambda seconds: seconds * 1e6, ours=ours, peers=peers)


def _again(inputs: Inputs, core: Worker, node: Worker) -> Contest:
    policy, asked = _policy(_source(inputs, "10k")), _questions(inputs)[0]
    return _contest(
        "100 rules, 10k grants, one request over and over",
        [
            core.cpu("core", "decide again"),
            Contender("Python", lambda: _decide(lambda: policy.decide(asked))),
            node.cpu("Node", "decide again"),
        ],
        [],
    )


def _source(inputs: Inputs, grants: str) -> dict[str, Any]:
    source: dict[str, Any] = json.loads((inputs.folder / f"rules-{grants}.json").read_text())
    return source


def _modules(source: dict[str, Any]) -> dict[str, str]:
    return {module["path"]: module["text"] for module in source["modules"]}


def _policy(source: dict[str, Any]) -> sw.Policy:
    return sw.Policy(_modules(source), source["data"], name=source["name"], revision=source["revision"])


def _questions(inputs: Inputs) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (inputs.folder / "questions.jsonl").read_text().splitlines()]


def _many(inputs: Inputs, grants: str, core: Worker, node: Worker) -> Contest:
    source, asked = _source(inputs, grants), _questions(inputs)
    modules, policy = _modules(source), _policy(source)
    turns = itertools.cycle(asked)
    peer = itertools.cycle(asked)
    return _contest(
        f"100 rules, {grants} grants, no request twice",
        [
            core.cpu("core", f"decide {grants}"),
            Contender("Python", lambda: _decide(lambda: policy.decide(next(turns)))),
            node.cpu("Node", f"decide {grants}"),
        ],
        [
            Contender("regopy (rego-cpp), compiled bundle", _asked(modules, source["data"], lambda: next(peer), policy)),
            Contender("cedarpy, policies parsed, no grants", _cedar(asked)),
            node.cpu("cedar-wasm in Node, policies parsed, no grants", "cedar decide"),
        ],
    )


def _cedar(requests: list[dict[str, Any]]) -> Callable[[], float]:
    try:
        import cedarpy
    except ImportError:
        return missing("cedarpy")
    policies = cedarpy.PolicySet.from_str(rules.cedar())
    turns = itertools.cycle([(request, json.dumps(entities)) for request, entities in map(rules.cedar_request, requests)])

    def decide() -> None:
        request, entities = next(turns)
        if not cedarpy.is_authorized(request, policies, entities).allowed:
            raise RuntimeError("cedarpy and the core decide differently: their times cannot be compared")

    return lambda: _decide(decide, CEDAR_DECISIONS)


def _decide(decide: Callable[[], object], times: int = DECISIONS) -> float:
    def repeat() -> None:
        for _ in range(times):
            decide()

    return cpu(repeat) / times


def _regopy(inputs: Inputs) -> Callable[[], float]:
    return _asked(inputs.modules, inputs.data, lambda: inputs.request, inputs.policy)


def _asked(
    modules: dict[str, str], data: dict[str, Any], request: Callable[[], dict[str, Any]], policy: sw.Policy
) -> Callable[[], float]:
    try:
        from regopy import Interpreter
    except ImportError:
        return missing("regopy")
    builder = Interpreter()
    for path, text in modules.items():
        builder.add_module(path, text)
    builder.add_data(data)
    bundle = builder.build(f"decision=data.{ENTRYPOINT.replace('/', '.')}", [ENTRYPOINT])
    interpreter = Interpreter()

    def decide(asked: dict[str, Any]) -> dict[str, object]:
        interpreter.set_input(asked)
        answer: dict[str, object] = json.loads(str(interpreter.query_bundle_entrypoint(bundle, ENTRYPOINT)))
        return answer["expressions"][0]  # type: ignore[index, no-any-return]

    first = request()
    own = policy.decide(first)
    if any(own[name] != value for name, value in decide(first).items()):
        raise RuntimeError("regopy and the core decide differently: their times cannot be compared")
    return lambda: _decide(lambda: decide(request()), REGOPY_DECISIONS)
