"""Deciding one request with the policy library."""

from __future__ import annotations

import json
from collections.abc import Callable

from clock import cpu
from contest import Contender, Contest, missing
from inputs import Inputs
from worker import Worker

ENTRYPOINT = "sealwright/decision"
DECISIONS = 20


def contests(inputs: Inputs, core: Worker, node: Worker) -> list[Contest]:
    return [
        Contest(
            theme="Decision",
            what="the library on a request to open",
            unit="CPU µs, less is better",
            convert=lambda seconds: seconds * 1e6,
            ours=[
                core.cpu("core", "decide"),
                Contender("Python", lambda: _decide(lambda: inputs.policy.decide(inputs.request))),
                node.cpu("Node", "decide"),
            ],
            peers=[Contender("regopy (rego-cpp), compiled bundle", _regopy(inputs))],
        )
    ]


def _decide(decide: Callable[[], object]) -> float:
    def repeat() -> None:
        for _ in range(DECISIONS):
            decide()

    return cpu(repeat) / DECISIONS


def _regopy(inputs: Inputs) -> Callable[[], float]:
    try:
        from regopy import Interpreter
    except ImportError:
        return missing("regopy")
    builder = Interpreter()
    for path, text in inputs.modules.items():
        builder.add_module(path, text)
    builder.add_data(inputs.data)
    bundle = builder.build(f"decision=data.{ENTRYPOINT.replace('/', '.')}", [ENTRYPOINT])
    interpreter = Interpreter()

    def decide() -> dict[str, object]:
        interpreter.set_input(inputs.request)
        answer: dict[str, object] = json.loads(str(interpreter.query_bundle_entrypoint(bundle, ENTRYPOINT)))
        return answer["expressions"][0]  # type: ignore[index, no-any-return]

    own = inputs.policy.decide(inputs.request)
    if any(own[name] != value for name, value in decide().items()):
        raise RuntimeError("regopy and the core decide differently: their times cannot be compared")
    return lambda: _decide(decide)
