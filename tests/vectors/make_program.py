"""Writes the vectors of programs from `core/spec/program.md` alone: it shares no code with what reads them.

Run it by hand after a change of the spec: `python tests/vectors/make_program.py`. It draws nothing at random, so that the same
spec gives the same files. `--example` prints the example of the spec.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from typing import Any

# A folder of compiled modules here would be taken for one of vectors.
sys.dont_write_bytecode = True

from make_document import write  # noqa: E402

FIRST_LINE = b"sealwright.dev/program v1\n"
MODULE = 'package acme\n\ndecision := {"decision": input.subject.id == "ana"}\n'
ADD, EQUAL, LESS = 0, 7, 9


class T(str):
    """Is a text, which stands in the table."""


Part = bytes | T | list[Any]


def n(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def s(number: int) -> bytes:
    return n(2 * number if number >= 0 else 2 * (-1 - number) + 1)


def b(text: str) -> bytes:
    return n(len(text.encode())) + text.encode()


def items(parts: list[Any]) -> Part:
    return [n(len(parts)), parts]


def path(*names: str) -> Part:
    return items([T(name) for name in names])


def value(of: Any) -> Part:
    match of:
        case None | False | True:
            return n([None, False, True].index(of))
        case int():
            return [n(3), s(of)] if -(1 << 63) <= of < 1 << 63 else [n(4), b(str(of))]
        case float():
            return [n(4), b(str(of))]
        case str():
            return [n(5), T(of)]
        case list():
            return [n(6), items([value(item) for item in of])]
        case dict():
            return [n(7), items([[value(key), value(member)] for key, member in sorted(of.items())])]
        case frozenset():
            return [n(8), items([value(item) for item in sorted(of)])]
    raise TypeError(of)


def const(of: Any) -> Part:
    return [n(0), value(of)]


def numbered(tag: int) -> Any:
    return lambda number, *parts: [n(tag), n(number), *parts]


local, slot, stored, whole = numbered(1), numbered(2), numbered(3), numbered(4)


def lookup(rule: int, *keys: Part) -> Part:
    return [n(5), n(rule), items(list(keys))]


def package(node: int, *keys: Part) -> Part:
    return [n(6), n(node), items(list(keys))]


def index(of: Part, key: Part) -> Part:
    return [n(7), of, key]


def made(tag: int, *parts: Part) -> Part:
    return [n(tag), items(list(parts))]


def array(*parts: Part) -> Part:
    return made(9, *parts)


def members(**parts: Part) -> Part:
    return made(11, *([const(key), part] for key, part in parts.items()))


def builtin(name: str, *arguments: Part) -> Part:
    return [n(15), n(0), T(name), *arguments]


def function(rule: int, *arguments: Part) -> Part:
    return [n(15), n(1), n(rule), *arguments]


def infix(operator: int, one: Part, other: Part) -> Part:
    return [n(15), n(2), n(operator), one, other]


def member(one: Part, other: Part) -> Part:
    return [n(15), n(3), one, other]


ANY: Part = n(0)


def bind(variable: int) -> Part:
    return [n(1), n(variable)]


def step(operation: int, *parts: Part, at: int = 0) -> Part:
    return [s(at), n(operation), *parts]


def branch(steps: list[Part], of: Part, *, keys: list[Part] | None = None, at: int = 0) -> Part:
    return [s(at), items(steps), [] if keys is None else items(keys), of]


def definition(
    *branches: Part, frame: int = 0, parameters: tuple[Part, ...] = (), keyed: tuple[Part, ...] = (), contains: bool = False, at: int = 0
) -> Part:
    return [s(at), n(frame), *parameters, items(list(branches)), *keyed, n(contains)]


def rules(*definitions: Part, default: Part | None = None, on: Part = b"\0") -> Part:
    return [items(list(definitions)), n(default is not None), [] if default is None else default, on]


def program(
    *all_rules: Part,
    kinds: list[Part] | None = None,
    nodes: list[Part] | None = None,
    inputs: list[Part] | None = None,
    data: list[Part] | None = None,
    base: Any = None,
    places: list[Part] | None = None,
    entrypoint: str = "acme.decision",
    digest: bytes = bytes(32),
    behind: bytes = b"",
    texts: list[str] | None = None,
    name: str = "acme",
) -> bytes:
    named = [n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)]
    parts: list[Any] = [
        n(0) if base is None else [n(1), value(base)],
        items([[T("acme.rego"), s(1), n(1), s(0), n(1)]] if places is None else places),
        items([n(0)] if kinds is None else kinds),
        items(list(named) if nodes is None else nodes),
        items(inputs or []),
        items(data or []),
        list(all_rules),
    ]
    table = sorted(set(collected(parts)), key=str.encode) if texts is None else texts
    body = digest + b(name) + b("7") + b(entrypoint) + flat(items([b(text) for text in table]), []) + flat(parts, table) + behind
    return summed(FIRST_LINE + body)


def summed(unsummed: bytes) -> bytes:
    return unsummed + hashlib.sha256(unsummed).digest()


def collected(part: Part) -> list[str]:
    if isinstance(part, list):
        return [text for inner in part for text in collected(inner)]
    return [str(part)] if isinstance(part, T) else []


def flat(part: Part, table: list[str]) -> bytes:
    if isinstance(part, list):
        return b"".join(flat(inner, table) for inner in part)
    return n(table.index(part)) if isinstance(part, T) else part


def policy_digest(modules: dict[str, str], data: dict[str, Any]) -> bytes:
    def canonical(of: Any) -> str:
        return json.dumps(of, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def hashed(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    described = {
        "data": hashed(canonical(data)),
        "entrypoint": "acme.decision",
        "modules": {path: hashed(text) for path, text in modules.items()},
    }
    return hashlib.sha256(b"sealwright.dev/policy v1\n" + canonical(described).encode()).digest()


def grants(modules: dict[str, str], data: dict[str, Any]) -> bytes:
    """Is the policy of the vectors of bundles."""
    decision = rules(definition(branch([], members(decision=member(slot(0), stored(0))))))
    inputs, stores = [path("subject", "id")], [path("acme", "grants", "open")]
    places = [[T(next(iter(modules))), s(1), n(1), s(0), n(1)]]
    return program(decision, inputs=inputs, data=stores, base=data, places=places, digest=policy_digest(modules, data))


def example() -> bytes:
    return program(
        rules(definition(branch([step(0, infix(EQUAL, slot(0), const("ana")), bind(0), at=1)], members(decision=local(0))), frame=1)),
        places=[[T("acme.rego"), s(3), n(1), s(14), n(51)], [T("acme.rego"), s(0), n(26), s(25), n(25)]],
        inputs=[path("subject", "id")],
        base={},
        digest=policy_digest({"acme.rego": MODULE}, {}),
    )


def decides(of: Part) -> Part:
    """Is the entrypoint whose answer is this expression."""
    return rules(definition(branch([], members(decision=of))))


def wide() -> bytes:
    """Uses every kind of rule, and most of everything else."""
    nodes = [[n(0), T("acme"), n(0)], *([n(1), T(name), n(1 + id)] for id, name in enumerate(["decision", "set", "under", "next"]))]
    nodes += [[n(0), T("far"), n(0)], [n(6), T("half"), n(5)]]
    conditions = [
        step(3, n(EQUAL), lookup(1, const("ana")), const("ana")),
        step(3, n(EQUAL), index(lookup(2, const("a"), slot(0)), const("b")), const(2)),
        step(3, n(EQUAL), function(3, const(41)), const(42)),
        step(1, stored(0), bind(0), bind(1)),
        step(3, n(LESS), const(1.5), local(1)),
        step(4, items([step(0, local(0), [n(2), const(1)])])),
        step(5, const(["x", "y"]), n(2), n(3), items([step(3, n(LESS), local(2), const(2))])),
        step(0, [n(12), items([step(1, const([3, 4]), ANY, bind(4))]), local(4)], [n(3), items([bind(5), ANY])]),
        step(3, n(EQUAL), builtin("count", const(frozenset(["a", "b"]))), const(2)),
        step(6, items([[[n(0), path("subject", "id")], const("eve")]]), items([step(4, items([step(2, lookup(1, const("ana")))]))])),
        step(3, n(EQUAL), index(package(6), const("half")), const(123456789012345678901234567890)),
        step(2, member(const("ana"), array(slot(0)))),
    ]
    same = lambda text: definition(branch([step(3, n(EQUAL), slot(0), const(text))], slot(0)), keyed=(n(0),), contains=True)  # noqa: E731
    under = branch([], const({"b": 2}), keys=[const("a"), slot(0)])
    keyed = [[n(1), [n(2), const("a")], under], [n(1), [n(2), const("a")], [n(2), slot(0)], under]]
    return program(
        rules(definition(branch(conditions, members(decision=const(True))), frame=6), default=definition(branch([], members(decision=const(False))))),
        rules(*(same(text) for text in ["bob", "ana", "eve", "zed"]), on=[n(1), n(0)]),
        rules(definition(under, keyed=tuple(keyed))),
        rules(definition(branch([], infix(ADD, local(0), const(1))), frame=1, parameters=(bind(0),))),
        rules(definition(branch([], const(123456789012345678901234567890)))),
        kinds=[n(0), n(1), [n(3), n(2)], [n(2), n(1)], n(0)],
        nodes=nodes,
        inputs=[path("subject", "id")],
        data=[path("acme", "limits")],
        base={"acme": {"limits": [2.5, 0]}},
    )


def deep() -> bytes:
    nodes = [[n(0), T("acme"), n(0)], *([n(1), T(f"r{id}" if id else "decision"), n(id + 1)] for id in range(5))]

    def sum_of(last: Part) -> Part:
        for _ in range(110):
            last = infix(ADD, const(1), last)
        return last

    chain = [rules(definition(branch([], sum_of(whole(id + 1) if id < 4 else const(1))))) for id in range(1, 5)]
    first = rules(definition(branch([], members(decision=infix(EQUAL, whole(1), const(441))))))
    return program(first, *chain, kinds=[n(0)] * 5, nodes=nodes)


def request(who: str = "ana") -> str:
    return json.dumps({"subject": {"type": "user", "id": who}, "action": {"name": "open"}, "resource": {"type": "document", "id": "d"}})


def answered(name: str, comment: str, made_of: bytes, decision: bool, who: str = "ana") -> None:
    put(name, comment, made_of, {"decision": decision, "reasons": [], "digest": made_of[26:58].hex()}, who)


def refused(name: str, comment: str, made_of: bytes, code: str = "program_malformed") -> None:
    put(name, comment, made_of, code)


def put(name: str, comment: str, made_of: bytes, expect: Any, who: str = "ana") -> None:
    write("program", name, {"comment": comment, "program": base64.b64encode(made_of).decode(), "request": request(who), "expect": expect})


def decisions() -> None:
    answered("example", "The example of the spec.", example(), True)
    answered("example_denies", "The example of the spec, for somebody else.", example(), False, "eve")
    answered("wide", "Every kind of rule, and most operations.", wide(), True)
    answered("wide_denies", "A default, where a condition fails.", wide(), False, "bob")
    answered("variable_without_value", "A variable that was never given a value is null.", program(rules(definition(branch([], members(decision=infix(EQUAL, local(0), const(None)))), frame=1))), True)
    answered("stack", "Expressions and rules as deep as they may nest.", deep(), True)
    put("no_answer", "A value that is no decision.", program(rules(definition(branch([], const(1))))), "decision_invalid")
    loop = [step(1, const(list(range(60))), ANY, bind(0)) for _ in range(5)]
    put("fuel", "Loops within loops end with the fuel.", program(rules(definition(branch(loop, members(decision=const(True))), frame=1))), "policy_limit")


def containers() -> None:
    good = example()
    refused("empty", "No bytes.", b"")
    refused("first_line", "Another version.", summed(good[:-32].replace(b" v1\n", b" v2\n")))
    refused("checksum", "A checksum that does not hold.", good[:-1] + bytes([good[-1] ^ 1]))
    refused("cut_short", "An end too early.", summed(good[:-33]))
    refused("behind", "A byte behind the end.", program(decides(const(True)), behind=b"\0"))
    refused("number_long", "A number in two bytes that takes one.", program(decides(const(True)), inputs=[[b"\x80\0"]]))
    refused("number_huge", "A number of more than 64 bits.", program(decides(const(True)), inputs=[[b"\xff" * 9 + b"\x02"]]))
    refused("count_huge", "More parts than there are bytes.", program(decides(const(True)), inputs=[[b"\xff\xff\xff\xff\x0f"]]))
    refused("texts_unsorted", "Texts out of order.", program(decides(const(True)), texts=["decision", "acme", "acme.rego"]))
    refused("texts_unused", "A text that nothing refers to.", program(decides(const(True)), texts=["acme", "acme.rego", "decision", "x"]))
    refused("text_bytes", "A text that is not UTF-8.", summed(good[:-32].replace(b"\x03ana", b"\x03an\xff")))
    refused("name", "A name with a control character.", program(decides(const(True)), name="a\nb"), "policy_invalid")
    refused("entrypoint", "An entrypoint that is no rule.", program(decides(const(True)), entrypoint="acme.other"))
    refused("entrypoint_package", "An entrypoint that is a package.", program(decides(const(True)), entrypoint="acme"))


def parts() -> None:
    for name, comment, of in (
        ("value_tag", "A value of no known kind.", [n(0), n(9)]),
        ("value_number", "An integer written as another number.", [n(0), n(4), b("12")]),
        ("value_number_form", "A number that is not in its one form.", [n(0), n(4), b("1.50")]),
        ("value_set", "A set out of order.", [n(0), n(8), items([value(2), value(1)])]),
        ("value_object", "A key twice.", [n(0), n(7), items([[value("a"), value(1)], [value("a"), value(2)]])]),
        ("value_depth", "A value that is too deep.", [n(0), [n(6), n(1)] * 300, n(0)]),
        ("nesting", "Expressions that nest too deep.", [[n(9), n(1)] * 300, const(1)]),
        ("expression", "An expression of no known kind.", n(16)),
        ("variable", "A variable that there is not.", local(0)),
        ("slot", "A part of the input that there is not.", slot(0)),
        ("data", "A part of the data that there is not.", stored(0)),
        ("rule", "A rule that there is not.", whole(1)),
        ("package", "A package that there is not.", package(3)),
        ("callee", "A callee of no known kind.", [n(15), n(5)]),
        ("callee_rule", "A call of what is no function.", function(0)),
        ("operator", "An operator that there is not.", infix(13, const(1), const(2))),
        ("members_of_value", "Members of a rule that has one value.", lookup(0, const("a"))),
    ):
        refused(name, comment, program(decides(of)))
    refused("builtin", "A built-in that there is not.", program(decides(builtin("http.send", const({})))), "policy_builtin")
    ops = {
        "step": ("A step of no known kind.", step(8)),
        "step_place": ("A place that there is not.", step(7, at=1)),
        "comparison": ("A comparison by what is none.", step(3, n(ADD), const(1), const(2))),
        "pattern": ("A pattern of no known kind.", step(0, const(1), n(5))),
        "bind": ("A pattern with a variable that there is not.", step(0, const(1), bind(0))),
        "with_operator": ("`with` on an operator.", step(6, items([[[n(2), n(2), n(ADD)], const(1)]]), items([]))),
        "with_target": ("`with` on nothing known.", step(6, items([[n(3), const(1)]]), items([]))),
    }
    for name, (comment, op) in ops.items():
        refused(name, comment, program(rules(definition(branch([op], const(1))))))


def shapes() -> None:
    def second(kind: Part, *definitions: Part, **of: Any) -> bytes:
        nodes = [[n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)], [n(1), T("other"), n(2)]]
        return program(decides(const(True)), rules(*definitions, **of), kinds=[n(0), kind], nodes=nodes)

    one = branch([], const(1))
    keyed = branch([], const(1), keys=[const("a")])
    none = n(0)
    refused("kind", "A rule of no known kind.", second(n(4), definition(one)))
    refused("no_branch", "A definition without a value.", second(n(0), definition()))
    refused("set_else", "A set with `else`.", second(n(1), definition(one, one, keyed=(none,))))
    refused("set_default", "A set with a default.", second(n(1), default=definition(one, keyed=(none,))))
    refused("object_without_key", "An object's definition without a key.", second([n(3), n(1)], definition(branch([], const(1), keys=[]))))
    refused("object_keys", "An object's definition with too many keys.", second([n(3), n(0)], definition(keyed, keyed=(none,))))
    refused("object_keyed", "An object's definition with other keys when one is given.", second([n(3), n(2)], definition(keyed, keyed=([n(1), ANY, branch([], const(1), keys=[const("a")] * 2)],))))
    refused("index_argument", "An index on the argument of no function.", second(n(0), definition(one), on=[n(2), n(0)]))
    refused("index_tag", "An index of no known kind.", second(n(0), definition(one), on=n(4)))
    refused("function_value", "The value of a function.", program(decides(whole(1)), rules(definition(one)), kinds=[n(0), [n(2), n(0)]], nodes=[[n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)], [n(1), T("other"), n(2)]]))
    refused("variables", "More variables than the program has bytes.", program(rules(definition(one, frame=1 << 20))))
    refused("rule_nowhere", "A rule at no path.", program(decides(const(True)), rules(definition(one)), kinds=[n(0), n(0)]))
    refused("rule_twice", "A rule at two paths.", program(decides(const(True)), nodes=[[n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)], [n(1), T("other"), n(1)]]))
    refused("path_twice", "Two rules at one path.", program(decides(const(True)), rules(definition(one)), kinds=[n(0), n(0)], nodes=[[n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)], [n(1), T("decision"), n(2)]]))
    refused("rule_below_rule", "A rule below a rule.", program(decides(const(True)), rules(definition(one)), kinds=[n(0), n(0)], nodes=[[n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)], [n(2), T("other"), n(2)]]))
    refused("node_order", "A package before the one above it.", program(decides(const(True)), nodes=[[n(1), T("acme"), n(0)], [n(0), T("decision"), n(1)]]))


def recursion() -> None:
    refused("recursion", "A rule that builds on itself.", program(decides(whole(0))), "policy_recursion")
    refused("recursion_package", "A rule that builds on the package it is in.", program(decides(package(1))), "policy_recursion")
    circle = [n(0), [n(2), n(1)], [n(2), n(1)]]
    nodes = [[n(0), T("acme"), n(0)], [n(1), T("decision"), n(1)], [n(1), T("one"), n(2)], [n(1), T("two"), n(3)]]
    calls = lambda rule: rules(definition(branch([], function(rule, local(0))), frame=1, parameters=(bind(0),)))  # noqa: E731
    refused("recursion_functions", "Two functions that call each other.", program(decides(function(1, const(1))), calls(2), calls(1), kinds=circle, nodes=nodes), "policy_recursion")
    chain = [[n(0), T("acme"), n(0)], *([n(1), T(f"r{id:03}" if id else "decision"), n(id + 1)] for id in range(150))]
    chained = [decides(whole(1)), *(rules(definition(branch([], whole(id + 1) if id < 149 else const(True)))) for id in range(1, 150))]
    refused("depth", "Rules that build on each other too deep.", program(*chained, kinds=[n(0)] * 150, nodes=chain), "policy_limit")
    loops = [step(1, const([1]), ANY, ANY) for _ in range(600)]
    refused("loops", "Loops that nest too deep.", program(rules(definition(branch(loops, members(decision=const(True)))))), "policy_limit")


if __name__ == "__main__":
    if "--example" in sys.argv:
        print(base64.b64encode(example()).decode())
    else:
        decisions()
        containers()
        parts()
        shapes()
        recursion()
