"""`Sandboxed`: a policy whose author nobody vouches for, in WebAssembly instances (`core/spec/policy.md`, "Sandbox").

It is imported when the first such policy is loaded: only then `wasmtime` is needed.
"""

from __future__ import annotations

import json
import os

from wasmtime import Config, Engine, Func, Instance, Memory, Module, Store, Trap, TrapCode, WasmtimeError

from . import _core, errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MODULE = os.path.join(os.path.dirname(__file__), "sandbox.wasm")
_MACHINE_CODE = os.path.join(os.path.dirname(__file__), "sandbox.cwasm")

# Each some ten times what the engine lets the costliest evaluation or load come to: they end what it fails to bound.
_FUEL = 20_000_000_000
_LOAD_FUEL_PER_BYTE = 5_000
_MEMORY = 512 << 20
# What fits beside the rest on the smallest stack that a thread of Python has.
_STACK = 512 << 10
# An instance never gives memory back: one that grew by more than this is not kept.
_SPARE_MEMORY = 64 << 20

_LOADED: list[tuple[Module, Engine]] = []

_ENDS = {
    TrapCode.OUT_OF_FUEL: "it spent its fuel",
    TrapCode.STACK_OVERFLOW: "its stack overflowed",
    TrapCode.UNREACHABLE: "it wanted more memory than it may have, or failed",
}
_KINDS = {
    "usage": errors.UsageError,
    "malformed": errors.MalformedError,
    "integrity": errors.IntegrityError,
    "no_key": errors.NoKeyError,
    "policy": errors.PolicyError,
    "environment": errors.EnvironmentFailure,
}


class Sandboxed:
    """Is to an untrusted policy what `_core.Policy` is to another.

    Threads that ask at once have an instance each; those that are idle wait for the next request, one a processor at
    most. One that trapped is dropped, and the next request has a fresh one.
    """

    __slots__ = ("_idle", "_reference", "_source")

    def __init__(self, source: str) -> None:
        self._source = source.encode()
        first = _Loaded(self._source)
        self._reference = first.reference
        self._idle = [first]

    def describe(self) -> str:
        """Names the policy."""
        return self._reference

    def decide(self, request: str) -> str:
        """Answers a request."""
        return self._ask("decide", request)

    def decide_all(self, requests: Sequence[str]) -> list[str]:
        """Answers many requests."""
        questions = json.dumps(requests, ensure_ascii=False)
        answers: list[str] = json.loads(self._ask("decide_all", questions, shares=len(requests)))
        return answers

    def log_entry(self, request: str, context: str) -> str:
        """Answers a request with the entry for a decision log."""
        return self._ask("log_entry", json.dumps([request, context], ensure_ascii=False))

    def explain(self, request: str, values: bool) -> Explained:
        """Tells how a request is decided."""
        return Explained(json.loads(self._ask("explain", request, int(values))))

    def filter(self, question: str) -> _core.Filter:
        """Returns which documents the policy admits."""
        return _core.Filter.parse(self._ask("filter", question))

    def _ask(self, export: str, question: str, *arguments: int, shares: int = 1) -> str:
        try:
            loaded = self._idle.pop()
        except IndexError:
            loaded = _Loaded(self._source)
        try:
            return loaded.ask(export, question.encode(), *arguments, fuel=_FUEL * max(1, shares))
        finally:
            if loaded.reusable() and len(self._idle) < (os.cpu_count() or 1):
                self._idle.append(loaded)


class Explained:
    """Is to an untrusted policy what `_core.Explanation` is to another."""

    __slots__ = ("_forms",)

    def __init__(self, forms: dict[str, str]) -> None:
        self._forms = forms

    def record(self) -> str:
        """Returns the whole record."""
        return self._forms["record"]

    def tree(self, colour: bool) -> str:
        """Returns it as a tree."""
        return self._forms["coloured" if colour else "tree"]

    def svg(self) -> str:
        """Returns it as a picture."""
        return self._forms["svg"]


class _Loaded:
    """Is an instance with the policy loaded: for one thread at a time."""

    __slots__ = ("_exports", "_memory", "_most", "_store", "_usable", "reference")

    def __init__(self, source: bytes) -> None:
        module, engine = _module()
        self._store = Store(engine)
        self._store.set_limits(memory_size=_MEMORY, instances=1, memories=1)
        self._store.set_fuel(_FUEL)
        try:
            self._exports = Instance(self._store, module, []).exports(self._store)
        except WasmtimeError as error:
            raise _environment(f"no instance can be made for the policy: {error}") from error
        memory = self._exports["memory"]
        assert isinstance(memory, Memory)
        self._memory = memory
        self._most = _MEMORY
        self._usable = True
        self.reference = self.ask("load", source, fuel=_FUEL + _LOAD_FUEL_PER_BYTE * len(source))
        self._most = memory.data_len(self._store) + _SPARE_MEMORY

    def ask(self, export: str, question: bytes, *arguments: int, fuel: int) -> str:
        """Has an export answer a question.

        It is not usable until the answer is there, whatever broke the call off.
        """
        self._usable = False
        self._store.set_fuel(fuel)
        try:
            self._memory.write(self._store, question, self._call("reserve", len(question)))
            place = self._call(export, *arguments)
        except (Trap, WasmtimeError) as error:
            raise _trapped(error) from error
        failed = place < 0
        size, address = divmod(~place if failed else place, 1 << 32)
        answer = self._memory.read(self._store, address, address + size).decode()
        self._usable = True
        if failed:
            raise _failure(answer)
        return answer

    def reusable(self) -> bool:
        """Tells whether the next request may have it."""
        return self._usable and self._memory.data_len(self._store) <= self._most

    def _call(self, export: str, *arguments: int) -> int:
        function = self._exports[export]
        assert isinstance(function, Func)
        returned: int = function(self._store, *arguments)
        return returned


def compile_ahead() -> None:
    """Writes the module's machine code beside it: for whoever builds the package."""
    code = _compiled(_engine()).serialize()
    with open(_MACHINE_CODE, "wb") as file:
        file.write(code)


def _module() -> tuple[Module, Engine]:
    """Returns the module as machine code, one for the process.

    It came with the package, unless `wasmtime` or the processor is another.
    """
    if not _LOADED:
        engine = _engine()
        try:
            _LOADED.append((Module.deserialize_file(engine, _MACHINE_CODE), engine))
        except WasmtimeError:
            _LOADED.append((_compiled(engine), engine))
    return _LOADED[0]


def _compiled(engine: Engine) -> Module:
    try:
        with open(_MODULE, "rb") as file:
            return Module(engine, file.read())
    except OSError as error:
        raise _environment("this build of the package has no module for untrusted policies") from error


def _engine() -> Engine:
    """Keeps what it compiles for the next process, where there is a place to."""
    try:
        return Engine(_config(cached=True))
    except WasmtimeError:
        return Engine(_config(cached=False))


def _config(*, cached: bool) -> Config:
    config = Config()
    config.consume_fuel = True
    config.max_wasm_stack = _STACK
    if cached:
        config.cache = True
    return config


def _trapped(error: Trap | WasmtimeError) -> errors.PolicyError:
    code = error.trap_code if isinstance(error, Trap) else None
    reason = "it failed" if code is None else _ENDS.get(code, "it failed")
    return errors.PolicyError(f"the policy's instance ended, and is replaced: {reason}", "policy_trap")


def _failure(answer: str) -> errors.SealwrightError:
    record = json.loads(answer)
    location = record.get("location")
    return _KINDS[record["kind"]](record["message"], record["code"], None if location is None else tuple(location))


def _environment(message: str) -> errors.EnvironmentFailure:
    return errors.EnvironmentFailure(message, "environment")
