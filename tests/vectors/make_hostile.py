"""Writes the hostile decision vectors: what is meant to end or to hold up the process that evaluates it.

Every runtime has to answer each of them with the same code, and to answer the next one as if nothing had been. What a code is
for is said in `core/spec/decision.md`; no code here was taken from an evaluator.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).with_name("decision")
REQUEST = {
    "subject": {"type": "user", "id": "ana@acme.example"},
    "action": {"name": "open"},
    "resource": {"type": "document", "id": "doc-1", "properties": {"text": "a" * 32}},
}
ALLOW = 'decision := {"decision": true}\n'


def main() -> None:
    for old in FOLDER.glob("hostile_*.json"):
        old.unlink()
    for name, (comment, rules, expect, request) in CASES.items():
        module = {"path": "hostile.rego", "text": f"package sealwright\n\n{rules}\n"}
        vector = {
            "comment": comment,
            "policy": {"name": "hostile", "revision": "1", "modules": [module], "data": {}},
            "request": request if isinstance(request, str) else json.dumps(request),
            "expect": expect,
        }
        path = FOLDER / f"hostile_{name}.json"
        path.write_text(json.dumps(vector, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


CASES: dict[str, tuple[str, str, str, object]] = {}


def case(name: str, comment: str, rules: str, expect: str, request: object = REQUEST) -> None:
    CASES[name] = (comment, rules, expect, request)


def value(name: str, comment: str, expression: str, expect: str) -> None:
    """An expression on whose value the answer depends."""
    case(name, comment, f'hostile := {expression}\n\ndecision := {{"decision": true}} if hostile', expect)


def body(name: str, comment: str, lines: list[str], expect: str) -> None:
    text = "\n".join(f"\t{line}" for line in lines)
    case(name, comment, f'decision := {{"decision": true}} if {{\n{text}\n}}', expect)


def steps(first: str, step: str, count: int) -> list[str]:
    """`x0 := first`, and every next one made of the one before."""
    return [f"x0 := {first}", *(f"x{index} := {step.replace('@', f'x{index - 1}')}" for index in range(1, count))]


def nested(name: str, opening: str, closing: str, depth: int) -> None:
    comment = f"`{opening.strip()}` within one another, {depth:,} deep."
    case(f"deep_{name}", comment, f"x := {opening * depth}1{closing * depth}\n{ALLOW}", "policy_limit")


# What a parser recurses into.
nested("arrays", "[", "]", 20)
nested("arrays_of_ten_thousand", "[", "]", 10_000 // 4)
nested("objects", '{"a": ', "}", 50)
nested("sets", "{", "}", 60)
nested("comprehensions", "[y | y := ", "]", 40)
nested("parentheses", "(", ")", 1000)
nested("calls", "abs(", ")", 400)
nested("indexes", "input[", "]", 300)
case("deep_bodies", "`every` in `every`.", f"x if {'every y in [1] { ' * 40}true{' }' * 40}\n{ALLOW}", "policy_limit")
for operator, word in (("+", "plus"), ("-", "minus"), ("*", "times"), ("|", "or"), ("&", "and"), ("==", "equals"), ("in", "in")):
    chain = f"\n{operator} 1" * 3000
    case(f"chain_of_{word}", f"Three thousand `{operator}` in one expression.", f"x := 1{chain}\n{ALLOW}", "policy_limit")
case("chain_of_signs", "Signs before signs.", f"x := {'- ' * 1500}1\n{ALLOW}", "policy_limit")
case("chain_of_dots", "A reference of five hundred names.", f"x := data{'.a' * 500}\n{ALLOW}", "policy_limit")
case("wide_and_deep", "Twenty thousand items, twelve deep.", f"x := {'[' * 12}{('1, ' * 50 + chr(10)) * 400}{']' * 12}\n{ALLOW}", "policy_limit")
case("open_text", "A text without end.", f'x := "a\n{ALLOW}', "policy_syntax")
case("zero_byte", "Text behind a zero byte is not dropped.", f'{ALLOW}\n\0decision := {{"decision": false}}', "policy_syntax")
case("long_line", "A line of ten thousand columns.", f'x := "{"a" * 10_000}"\n{ALLOW}', "policy_syntax")
case("long_number", "A number of a thousand digits.", f"x := 1{'0' * 1000}\n{ALLOW}", "policy_syntax")
case("huge_exponent", "A number of two thousand million digits.", f"x := 1e2000000000\n{ALLOW}", "policy_syntax")

# What an evaluator recurses into.
case("recursion", "A function that calls itself.", f"f(x) := f(x + 1)\n\nx := f(1)\n\n{ALLOW}", "policy_recursion")
case("recursion_of_three", "Functions that call each other.", f"f(x) := g(x)\n\ng(x) := h(x)\n\nh(x) := f(x)\n\n{ALLOW}", "policy_recursion")
case("recursion_of_rules", "Rules that refer to each other, one under `not`.", f"p if q\n\nq if not r\n\nr if p\n\n{ALLOW}", "policy_recursion")
case("recursion_computed", "A rule that may refer to itself by a computed name.", f"p := data[input.x]\n\n{ALLOW}", "policy_recursion")
case("recursion_in_comprehension", "A function that calls itself in a comprehension.", f"f(x) := count([y | some z in x; y := f(z)])\n\n{ALLOW}", "policy_recursion")
case("recursion_in_every", "A function that calls itself in `every`.", f"f(x) if every y in x {{ f(y) }}\n\n{ALLOW}", "policy_recursion")
case("recursion_by_with", "A function put into the place of one that it calls.", f"f(x) := g(x)\n\ng(x) := x\n\np := f(1) with g as f\n\n{ALLOW}", "policy_syntax")
case("chained_rules", "Five thousand rules, each made of the one before.", "r0 := 1\n" + "".join(f"r{index} := r{index - 1}\n" for index in range(1, 5000)) + 'decision := {"decision": true} if r4999', "policy_limit")
case("chained_functions", "Five thousand functions, each calling the one before.", "f0(x) := x\n" + "".join(f"f{index}(x) := f{index - 1}(x)\n" for index in range(1, 5000)) + ALLOW, "policy_limit")
case("composed_functions", "Functions that call the one before twice: a value nested 2^29 deep.", "f0(x) := [x]\n" + "".join(f"f{index}(x) := f{index - 1}(f{index - 1}(x))\n" for index in range(1, 30)) + 'decision := {"decision": true} if f29(1)', "policy_limit")

# What grows.
value("range", "A thousand million numbers.", "count(numbers.range(1, 1000000000))", "policy_limit")
value("range_of_all", "All safe integers.", "count(numbers.range(-9007199254740991, 9007199254740991))", "policy_limit")
value("to_number_huge", "A number of two thousand million digits.", 'to_number("1e2000000000")', "policy_limit")
value("range_1e18", "A million million million numbers.", "count(numbers.range(1, 1e18))", "policy_limit")
body("text_doubled_by_concat", "A text doubled sixty times.", steps("input.resource.properties.text", 'concat("", [@, @])', 60), "policy_limit")
body("text_doubled_by_sprintf", "A text doubled sixty times.", steps("input.resource.properties.text", 'sprintf("%s%s", [@, @])', 60), "policy_limit")
body("text_doubled_by_replace", "A text doubled sixty times.", steps("input.resource.properties.text", 'replace(@, "a", "aa")', 60), "policy_limit")
body("text_squared", "A text squared eight times.", steps("input.resource.properties.text", 'replace(@, "a", @)', 8), "policy_limit")
body("array_doubled", "An array doubled sixty times.", steps("[1, 2]", "array.concat(@, @)", 60), "policy_limit")
body("set_of_sets", "Sets of the sets before.", [*steps("{1}", "{@, {@}}", 60), "count(x59) == 2"], "policy_limit")
body("shared_parts_written", "An array of two of the one before, sixty times, written out.", [*steps("[1]", "[@, @]", 60), "json.marshal(x59)"], "policy_limit")
body("shared_parts_compared", "Two such arrays, compared.", [*steps("[1]", "[@, @]", 60), *[line.replace("x", "y") for line in steps("[1]", "[@, @]", 60)], "x59 == y59"], "policy_limit")
body("number_squared", "A number squared forty times.", steps("9007199254740991", "@ * @", 40), "policy_limit")
body("three_loops", "A thousand times a thousand times a thousand.", ["xs := numbers.range(1, 1000)", "count([1 | some a in xs; some b in xs; some c in xs; a + b + c == 0]) == 0"], "policy_limit")
body("loops_under_not", "A limit that is passed under `not` does not turn around.", ["xs := numbers.range(1, 1000)", "not f(xs)"], "policy_limit")
CASES["loops_under_not"] = (CASES["loops_under_not"][0], "f(xs) if count([1 | some a in xs; some b in xs; some c in xs; a + b + c == 0]) == 1\n\n" + CASES["loops_under_not"][1], "policy_limit", REQUEST)
body("every_of_every", "`every` over a thousand, three deep.", ["xs := numbers.range(1, 1000)", "every a in xs { every b in xs { every c in xs { a + b + c > 0 } } }"], "policy_limit")
case("set_of_pairs", "A set of nine million pairs.", 'pairs contains [a, b] if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n}\n\ndecision := {"decision": true} if count(pairs) > 0', "policy_limit")
body("keys_of_shared_parts", "An object looked into by a value of shared parts.", [*steps("[1]", "[@, @]", 60), *[line.replace("x", "y") for line in steps("[1]", "[@, @]", 60)], "{x59: 1}[y59] == 1"], "policy_limit")
body("set_of_shared_parts", "A value of shared parts looked for in a set of one.", [*steps("[1]", "[@, @]", 60), *[line.replace("x", "y") for line in steps("[1]", "[@, @]", 60)], "y59 in {x59}"], "policy_limit")
case("rule_of_shared_parts", "A set rule asked for a value of shared parts.", "s contains x59 if {\n" + "\n".join(steps("[1]", "[@, @]", 60)) + "\n}\n\n" + 'decision := {"decision": true} if {\n' + "\n".join(steps("[1]", "[@, @]", 60)) + "\ns[x59]\n}", "policy_limit")
case("function_of_shared_parts", "A function called with a value of shared parts, twice.", "f(x) := 1\n\n" + 'decision := {"decision": true} if {\n' + "\n".join(steps("[1]", "[@, @]", 60)) + "\n" + "\n".join(line.replace("x", "y") for line in steps("[1]", "[@, @]", 60)) + "\nf(x59) == f(y59)\nf([x59]) == f([y59])\n[x59] == [y59]\n}", "policy_limit")
body("indexof_squared", "A text looked for in itself, over and over.", ['text := concat("a", [format_int(x, 2) | some x in numbers.range(1, 2000)])', "count([1 | some x in numbers.range(1, 100000); contains(text, concat(\"\", [text, \"b\"]))]) == 0"], "policy_limit")

# What ends a process elsewhere, and is a value or undefined here.
for name, call in {
    "format_wide": 'count(sprintf("%1000000000d", [1])) > 1000',
    "format_precise": 'count(sprintf("%.4000000000f", [1])) > 1000',
    "format_beyond": 'count(sprintf("%99999999999999999999d", [1])) > 1000',
    "format_half": 'count(sprintf("%½d", [1])) > 1000',
    "format_open": 'count(sprintf("%", [1])) > 1000',
    "subset_of_array": 'object.subset([1], [[]])',
    "substring_beyond": 'substring("äöü", 9007199254740991, 9007199254740991) != ""',
    "substring_before": 'substring("abc", -1, 1)',
    "slice_beyond": "array.slice([1], 9007199254740991, -9007199254740991)[0]",
    "divided_by_zero": "1 / 0",
    "remainder_of_zero": "1 % 0",
    "trim_of_number": 'trim(1, "a")',
    "format_int_base": "format_int(1, 3)",
    "max_of_nothing": "max([])",
    "get_of_number": 'object.get(1, "a", false)',
}.items():
    value(name, f"`{call}` is no reason to allow.", call, "decision_invalid")
for name, call in {
    "http": 'http.send({"method": "get", "url": "http://example.org"})',
    "runtime": "opa.runtime()",
    "clock": "time.now_ns()",
    "random": 'rand.intn("a", 10)',
    "lookup": 'net.lookup_ip_addr("example.org")',
    "metadata": "rego.metadata.rule()",
    "unknown": "nonsense(1)",
}.items():
    value(f"builtin_{name}", f"`{call}` depends on more than its arguments, or is nothing.", call, "policy_builtin")

# What has two values.
case("two_answers", "A rule with two values.", 'decision := {"decision": true}\n\ndecision := {"decision": false}', "policy_evaluation")
case("two_values_under_not", "A function with two values, under `not`.", 'f(x) := 1\n\nf(x) := 2\n\ndecision := {"decision": true} if not f(1)', "policy_evaluation")
case("two_values_of_a_key", "An object with two values for a key.", 'o[k] := v if {\n\tsome v in [1, 2]\n\tk := "a"\n}\n\ndecision := {"decision": true} if o', "policy_evaluation")

# What comes with the request.
DEEP = json.dumps(REQUEST)[:-1] + ', "context": {"x": ' + "[" * 80 + "]" * 80 + "}}"
case("request_deep", "A request of eighty levels.", ALLOW, "json_invalid", DEEP)
case("request_very_deep", "A request of a hundred thousand levels.", ALLOW, "json_invalid", json.dumps(REQUEST)[:-1] + ', "context": {"x": ' + "[" * 100_000)
case("request_large", "A request of more than 256 KiB.", ALLOW, "policy_limit", json.dumps(REQUEST) + " " * 300_000)
case("request_number", "A number that no double holds.", ALLOW, "json_invalid", json.dumps(REQUEST)[:-1] + ', "context": {"x": 1e999}}')


body(
    "unsafe_variable_behind_shared_parts",
    "A variable without a value, after a value of shared parts: an interpreter may write it out to say what failed.",
    [*steps("[1]", "[@, @]", 26), "x27 := [x26, x26]", "x27 == x25"],
    "policy_syntax",
)

if __name__ == "__main__":
    main()
