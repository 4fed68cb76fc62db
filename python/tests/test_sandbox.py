"""Untrusted policies: the same answers, from WebAssembly instances that end alone."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sealwright as sw
from sealwright import sandbox

FOLDER = Path(__file__).parent / "policy"
REQUEST = {
    "subject": {"type": "user", "id": "ana"},
    "action": {"name": "open"},
    "resource": {"type": "document", "id": "d"},
}
ALLOW = 'package sealwright\n\ndecision := {"decision": true}\n'
# Within the engine's limits, and takes 130 MiB.
LARGE = """package sealwright

text := sprintf("%999999d", [1])

decision := {"decision": true} if count([t | some i in numbers.range(1, 30); t := concat("", [text, sprintf("%d", [i])])]) == 30
"""


@pytest.fixture
def untrusted() -> sw.Policy:
    return sw.Policy.load(FOLDER, name="tests", revision="1", untrusted=True)


def test_an_untrusted_policy_goes_through_a_gate(policy, untrusted, identity, subject, label) -> None:
    assert untrusted.reference == policy.reference
    gate = sw.Gate(untrusted, subject=subject, purpose="analyse", allow_unsigned=True)
    sealed = gate.seal(b"Ana", recipients=[identity.recipient], label=label)
    with gate.open(sealed, identities=[identity]) as document:
        assert document.read() == b"Ana"
        assert document.decision["policy"]["digest"] == policy.reference["digest"]
    guest = sw.Gate(untrusted, subject={"id": "guest"}, purpose="analyse", allow_unsigned=True)
    with pytest.raises(sw.Denied) as caught:
        guest.open(sealed, identities=[identity])
    explained = caught.value.explain()
    assert explained is not None and explained.decision == caught.value.decision


def test_every_way_to_load_and_to_ask_answers_as_a_trusted_policy_does(policy, untrusted, tmp_path) -> None:
    built = sw.Bundle.load(FOLDER).build(name="tests", revision="1")
    (tmp_path / "tests.tar.gz").write_bytes(built)
    loaded = [
        untrusted,
        sw.Policy.from_bundle(built, name="tests", revision="1", untrusted=True),
        sw.Policy.load(tmp_path / "tests.tar.gz", untrusted=True),
    ]
    for one in loaded:
        assert (repr(one), one.reference) == (repr(policy), policy.reference)
        assert one.decide(REQUEST) == policy.decide(REQUEST)
        assert one.decide_all([REQUEST, "{", REQUEST]) == policy.decide_all([REQUEST, "{", REQUEST])
        ours, theirs = one.explain(REQUEST, values=True), policy.explain(REQUEST, values=True)
        assert (ours.to_json(), ours.to_svg()) == (theirs.to_json(), theirs.to_svg())
        assert [ours.to_tree(colour=colour) for colour in (True, False)] == [
            theirs.to_tree(colour=colour) for colour in (True, False)
        ]


def test_a_filter_of_an_untrusted_policy_is_that_of_a_trusted_one() -> None:
    rego = 'package sealwright\n\ndecision := {"decision": true} if input.resource.properties.classification == "public"\n'
    filters = [
        sw.Policy({"a.rego": rego}, untrusted=untrusted).filter(subject={"id": "ana"}, action="open")
        for untrusted in (False, True)
    ]
    assert filters[0].kind == "exact"
    assert filters[0].to_json() == filters[1].to_json()
    assert filters[1].matches({"properties": {"classification": "public"}})


def test_a_module_that_does_not_load_is_refused_with_its_place() -> None:
    with pytest.raises(sw.PolicyError) as caught:
        sw.Policy({"a.rego": "package sealwright\n\ndecision := {\n"}, untrusted=True)
    assert caught.value.code == "policy_syntax"
    assert caught.value.location is not None and caught.value.location.file == "a.rego"


def test_too_many_requests_are_refused(untrusted) -> None:
    with pytest.raises(sw.PolicyError) as caught:
        untrusted.decide_all(["{}"] * 10_001)
    assert caught.value.code == "policy_limit"


def test_an_instance_is_used_again(untrusted) -> None:
    (instance,) = untrusted._handle._idle
    untrusted.decide(REQUEST)
    with pytest.raises(sw.SealwrightError):
        untrusted.decide("{")
    assert untrusted._handle._idle == [instance]


@pytest.mark.parametrize("ask", ["decide", "explain", "decide_all"])
def test_an_instance_that_spends_its_fuel_is_replaced(monkeypatch, untrusted, ask: str) -> None:
    expected = untrusted.decide(REQUEST)
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "_FUEL", 1000)
        with pytest.raises(sw.PolicyError) as caught:
            getattr(untrusted, ask)([REQUEST] if ask == "decide_all" else REQUEST)
    assert caught.value.code == "policy_trap"
    assert "fuel" in str(caught.value)
    assert untrusted._handle._idle == []
    assert untrusted.decide(REQUEST) == expected
    assert len(untrusted._handle._idle) == 1


def test_loading_is_bounded_too(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "_FUEL", 1000)
    monkeypatch.setattr(sandbox, "_LOAD_FUEL_PER_BYTE", 0)
    with pytest.raises(sw.PolicyError) as caught:
        sw.Policy({"a.rego": ALLOW}, untrusted=True)
    assert caught.value.code == "policy_trap"


def test_an_instance_that_wants_too_much_memory_is_replaced(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "_MEMORY", 16 << 20)
    policy = sw.Policy({"a.rego": LARGE}, untrusted=True)
    for _ in range(2):
        with pytest.raises(sw.PolicyError) as caught:
            policy.decide(REQUEST)
        assert caught.value.code == "policy_trap"
        assert "memory" in str(caught.value)
    assert sw.Policy({"a.rego": ALLOW}, untrusted=True).decide(REQUEST)["decision"] is True


def test_an_instance_that_grew_is_not_kept(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "_SPARE_MEMORY", 1 << 20)
    policy = sw.Policy({"a.rego": LARGE}, untrusted=True)
    assert policy.decide(REQUEST)["decision"] is True
    assert policy._handle._idle == []
    assert policy.decide(REQUEST)["decision"] is True


def test_threads_have_an_instance_each(monkeypatch, untrusted) -> None:
    monkeypatch.setattr(sandbox.os, "cpu_count", lambda: 2)
    expected = untrusted.decide(REQUEST)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: untrusted.decide(REQUEST), range(200)))
    assert answers == [expected] * 200
    assert 1 <= len(untrusted._handle._idle) <= 2


def test_without_wasmtime_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "sealwright.sandbox")
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    with pytest.raises(sw.EnvironmentFailure, match=r"sealwright\[sandbox\]") as caught:
        sw.Policy({"a.rego": ALLOW}, untrusted=True)
    assert caught.value.code == "environment"


def test_what_the_engine_does_not_bound_ends_too(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "_FUEL", 1_000_000_000)
    doubled = "".join(f"\tx{index} := [x{index - 1}, x{index - 1}]\n\ty{index} := [y{index - 1}, y{index - 1}]\n" for index in range(1, 60))
    rego = f"package sealwright\n\ndecision := {{\"decision\": true}} if {{\n\tx0 := 1\n\ty0 := 1\n{doubled}\tf([x59]) == f([y59])\n}}\n\nf(x) := x\n"
    policy = sw.Policy({"a.rego": rego}, untrusted=True)
    try:
        failure = policy.explain(REQUEST).failure
    except sw.PolicyError as error:
        assert error.code == "policy_trap"
    else:
        assert failure is not None and failure["code"] == "policy_limit"


@pytest.mark.parametrize(("tier", "rule"), [("compiled", ""), ("reference", "z := - input.q")])
def test_the_deepest_policies_fit_the_stack(tier: str, rule: str) -> None:
    chain = "".join(f"r{index} if not r{index + 1}\n" for index in range(60))
    rego = f"package sealwright\n\n{chain}r60 := 1\n\ndecision := {{\"decision\": true}} if r0\n\n{rule}\n"
    trusted, untrusted = (sw.Policy({"a.rego": rego}, untrusted=untrusted) for untrusted in (False, True))
    assert trusted.explain(REQUEST).to_dict()["tier"]["name"] == tier
    assert untrusted.decide(REQUEST) == trusted.decide(REQUEST)
    with pytest.raises(sw.PolicyError, match="depth"):
        sw.Policy({"a.rego": rego.replace("not r60", "not q0") + chain.replace("r", "q") + "q60 := 1\n"}, untrusted=True)


@pytest.fixture
def not_loaded():
    """Has the module loaded anew in a test, and after it."""
    sandbox._LOADED.clear()
    yield
    sandbox._LOADED.clear()


def test_the_module_came_as_machine_code(monkeypatch, tmp_path: Path, not_loaded) -> None:
    monkeypatch.setattr(sandbox, "_MODULE", str(tmp_path / "none"))
    assert sw.Policy({"a.rego": ALLOW}, untrusted=True).decide(REQUEST)["decision"] is True


def test_machine_code_of_another_kind_is_passed_over(monkeypatch, tmp_path: Path, not_loaded) -> None:
    monkeypatch.setattr(sandbox, "_MACHINE_CODE", str(tmp_path / "code"))
    (tmp_path / "code").write_bytes(b"another")
    assert sw.Policy({"a.rego": ALLOW}, untrusted=True).decide(REQUEST)["decision"] is True


def test_without_the_module_it_says_so(monkeypatch, tmp_path: Path, not_loaded) -> None:
    monkeypatch.setattr(sandbox, "_MODULE", str(tmp_path / "none"))
    monkeypatch.setattr(sandbox, "_MACHINE_CODE", str(tmp_path / "none"))
    with pytest.raises(sw.EnvironmentFailure) as caught:
        sw.Policy({"a.rego": ALLOW}, untrusted=True)
    assert caught.value.code == "environment"
