//! Hostile policies and requests end in a coded error; the process survives every one of them.
#![cfg(feature = "rego")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "tests fail by panicking")]

use std::fmt::Write;

use sealwright_core::error::Error;
use sealwright_core::policy::{Decision, ModuleSource, Policy, PolicySource};

const REQUEST: &[u8] = br#"{"subject":{"type":"user","id":"ana"},"action":{"name":"open"},
    "resource":{"type":"document","id":"d1","properties":{"text":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}"#;

const ALLOW: &str = "decision := {\"decision\": true}\n";

fn source(rules: &str) -> PolicySource {
    let text = format!("package sealwright\n\nimport rego.v1\n\n{rules}\n");
    PolicySource {
        name: "hostile".to_owned(),
        revision: "1".to_owned(),
        entrypoint: "sealwright.decision".to_owned(),
        modules: vec![ModuleSource { path: "hostile.rego".to_owned(), text }],
        data: serde_json::Map::new(),
    }
}

fn decide(rules: &str) -> Result<Decision, Error> {
    Policy::load(source(rules))?.decide(REQUEST)
}

fn code(rules: &str) -> &'static str {
    decide(rules).unwrap_err().code()
}

/// Gives the code of a policy whose answer depends on a value.
fn code_of_value(value: &str) -> &'static str {
    code(&format!("hostile := {value}\n\ndecision := {{\"decision\": true}} if hostile"))
}

fn limit_of(rules: &str) -> &'static str {
    match decide(rules) {
        Err(Error::PolicyLimit { limit, .. }) => limit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_frame_of_these_tests_allows() {
    assert!(decide(ALLOW).unwrap().is_allowed());
    assert!(decide("hostile := 1\n\ndecision := {\"decision\": true} if hostile").unwrap().is_allowed());
}

#[test]
fn deep_arrays_are_refused() {
    assert_eq!(limit_of(&format!("x := {}1{}\n{ALLOW}", "[".repeat(20), "]".repeat(20))), "nesting");
}

#[test]
fn deep_objects_are_refused() {
    assert_eq!(limit_of(&format!("x := {}1{}\n{ALLOW}", "{\"a\": ".repeat(50), "}".repeat(50))), "nesting");
}

#[test]
fn deep_comprehensions_are_refused() {
    assert_eq!(limit_of(&format!("x := {}1{}\n{ALLOW}", "[y | y := ".repeat(40), "]".repeat(40))), "nesting");
}

#[test]
fn deep_parentheses_are_refused() {
    assert_eq!(limit_of(&format!("x := {}1{}\n{ALLOW}", "(".repeat(10_000), ")".repeat(10_000))), "nesting");
}

#[test]
fn deep_calls_are_refused() {
    assert_eq!(limit_of(&format!("x := {}1{}\n{ALLOW}", "abs(".repeat(1000), ")".repeat(1000))), "nesting");
}

#[test]
fn empty_sets_without_end_are_refused() {
    assert_eq!(limit_of(&format!("x := {}\n{ALLOW}", "set(\n".repeat(15_000))), "nesting");
}

#[test]
fn wide_and_deep_collections_are_refused() {
    let items = "1, ".repeat(20_000).replace(", 1, 1, 1, 1", ",\n1, 1, 1, 1");
    assert_eq!(limit_of(&format!("x := {}{items}{}\n{ALLOW}", "[".repeat(12), "]".repeat(12))), "parse_work");
}

#[test]
fn the_most_nesting_that_passes_is_read_quickly() {
    assert!(decide(&format!("x := {}1{}\n{ALLOW}", "[".repeat(14), "]".repeat(14))).unwrap().is_allowed());
}

#[test]
fn a_line_has_at_most_4096_columns() {
    let of_length = |columns: usize| format!("x := \"{}\"\n{ALLOW}", "a".repeat(columns - 7));
    assert!(decide(&of_length(4095)).unwrap().is_allowed());
    assert_eq!(code(&of_length(4098)), "policy_syntax");
}

#[test]
fn long_chains_of_operators_are_refused() {
    for operator in ["+", "-", "*", "|", "&", "==", "in"] {
        let chain = format!("\n{operator} 1").repeat(6000);
        assert_eq!(limit_of(&format!("x := 1{chain}\n{ALLOW}")), "expression", "{operator}");
    }
}

#[test]
fn long_chains_of_signs_are_refused() {
    assert_eq!(limit_of(&format!("x := {}1\n{ALLOW}", "- \n".repeat(9000))), "expression");
}

#[test]
fn long_chains_of_references_are_refused() {
    assert_eq!(limit_of(&format!("x := data{}\n{ALLOW}", ".a".repeat(500))), "expression");
    assert_eq!(limit_of(&format!("x := input{}\n{ALLOW}", "[0]".repeat(300))), "expression");
}

#[test]
fn a_function_that_calls_itself_is_refused() {
    assert_eq!(code(&format!("f(x) := f(x + 1)\n\nx := f(1)\n\n{ALLOW}")), "policy_recursion");
}

#[test]
fn functions_that_call_each_other_are_refused_with_their_place() {
    let error = decide(&format!("f(x) := g(x)\n\ng(x) := h(x)\n\nh(x) := f(x)\n\n{ALLOW}")).unwrap_err();
    assert_eq!(error.code(), "policy_recursion");
    assert_eq!(error.location().unwrap().file, "hostile.rego");
}

#[test]
fn recursion_across_modules_is_refused() {
    let mut policy = source(&format!("import data.other\n\nf(x) := other.g(x)\n\n{ALLOW}"));
    let text = "package other\n\ng(x) := data.sealwright.f(x)\n".to_owned();
    policy.modules.push(ModuleSource { path: "other.rego".to_owned(), text });
    assert_eq!(Policy::load(policy).unwrap_err().code(), "policy_recursion");
}

#[test]
fn rules_that_refer_to_each_other_are_refused() {
    assert_eq!(code(&format!("p if q\n\nq if not r\n\nr if p\n\n{ALLOW}")), "policy_recursion");
}

#[test]
fn recursion_by_a_computed_name_is_refused() {
    assert_eq!(
        code(&format!("p[x] := y if {{ some x in [\"p\"]; y := data.sealwright[x] }}\n\n{ALLOW}")),
        "policy_recursion"
    );
    assert_eq!(code(&format!("p := data[input.x]\n\n{ALLOW}")), "policy_recursion");
}

#[test]
fn recursion_inside_a_comprehension_is_refused() {
    assert_eq!(code(&format!("f(x) := count([y | some z in x; y := f(z)])\n\n{ALLOW}")), "policy_recursion");
    assert_eq!(code(&format!("f(x) if every y in x {{ f(y) }}\n\n{ALLOW}")), "policy_recursion");
}

#[test]
fn a_function_in_the_place_of_another_is_refused() {
    let rules = format!("f(x) := g(x)\n\ng(x) := x\n\np := f(1) with g as f\n\n{ALLOW}");
    assert_eq!(code(&rules), "policy_syntax");
}

#[test]
fn a_local_variable_is_no_recursion() {
    for rule in [
        "role := r if { some r in [\"a\"] }",
        "x := y if { x := 1; y := x }",
        "f(f) := f",
        "names contains name if { some name in [\"a\"] }",
        "p := [x | some x in [1, 2]]",
        "q := {k: v | some k, v in {\"a\": 1}}",
        "t if every t in [true] { t }",
    ] {
        assert!(decide(&format!("{rule}\n\n{ALLOW}")).unwrap().is_allowed(), "{rule}");
    }
}

#[test]
fn a_variable_that_hides_the_rule_it_is_made_of_is_refused() {
    assert_eq!(code(&format!("x := y if {{ x := x; y := x }}\n\n{ALLOW}")), "policy_recursion");
}

#[test]
fn five_thousand_chained_rules_are_refused() {
    let mut rules = "r0 := 1\n".to_owned();
    (1..5000).for_each(|index| writeln!(rules, "r{index} := r{}", index - 1).unwrap());
    assert_eq!(limit_of(&format!("{rules}decision := {{\"decision\": true}} if r4999")), "depth");
}

#[test]
fn five_thousand_chained_functions_are_refused() {
    let mut rules = "f0(x) := x\n".to_owned();
    (1..5000).for_each(|index| writeln!(rules, "f{index}(x) := f{}(x)", index - 1).unwrap());
    assert_eq!(limit_of(&format!("{rules}{ALLOW}")), "depth");
}

#[test]
fn the_deepest_chain_that_passes_is_evaluated_on_a_small_stack() {
    let mut rules = "r0 := 1\n".to_owned();
    (1..75).for_each(|index| writeln!(rules, "r{index} := r{}", index - 1).unwrap());
    let mut functions = "f0(x) := x\n".to_owned();
    (1..75).for_each(|index| writeln!(functions, "f{index}(x) := f{}(x)", index - 1).unwrap());
    for rules in [
        format!("{rules}decision := {{\"decision\": true}} if r74"),
        format!("{functions}decision := {{\"decision\": true}} if f74(1)"),
    ] {
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || decide(&rules)).unwrap();
        assert!(thread.join().unwrap().unwrap().is_allowed());
    }
}

#[test]
fn the_deepest_body_that_passes_is_evaluated_on_a_small_stack() {
    let loops = "some input_0 in [1]\n".to_owned()
        + &(1..200).fold(String::new(), |text, index| text + &format!("some input_{index} in [input_{}]\n", index - 1));
    let rules = format!("decision := {{\"decision\": true}} if {{\n{loops}}}");
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || decide(&rules)).unwrap();
    assert!(thread.join().unwrap().unwrap().is_allowed());
}

#[test]
fn values_nested_by_composition_are_refused() {
    let mut rules = "f0(x) := [x]\n".to_owned();
    (1..30).for_each(|index| writeln!(rules, "f{index}(x) := f{0}(f{0}(x))", index - 1).unwrap());
    assert_eq!(limit_of(&format!("{rules}decision := {{\"decision\": true}} if f29(1)")), "depth");
}

#[test]
fn numbers_squared_over_and_over_are_refused() {
    let squares = (1..40).fold("x0 := 9007199254740991\n".to_owned(), |text, index| {
        text + &format!("x{index} := x{0} * x{0}\n", index - 1)
    });
    assert_eq!(limit_of(&format!("decision := {{\"decision\": true}} if {{\n{squares}}}")), "depth");
}

#[test]
fn a_number_of_two_thousand_million_digits_is_refused() {
    assert_eq!(code_of_value("1e2000000000"), "policy_syntax");
    assert_eq!(code_of_value("to_number(\"1e2000000000\")"), "policy_limit");
}

#[test]
fn builtins_that_end_the_process_elsewhere_are_stopped() {
    for call in [
        "bits.lsh(1, 1000000000000)",
        "units.parse(\"1e999999999\")",
        "units.parse_bytes(\"1e999999999\")",
        "net.cidr_expand(\"::/0\")",
        "numbers.range_step(1, 1000000000, 1)",
    ] {
        assert!(["policy_limit", "decision_invalid"].contains(&code_of_value(call)), "{call}");
    }
    assert!(decide("decision := {\"decision\": true} if strings.count(\"a\", \"\") == 2").unwrap().is_allowed());
}

#[test]
fn a_builtin_that_only_the_compiled_tier_has_is_refused_in_a_policy_left_to_the_other() {
    let left = "import future.keywords.not\n\n";
    assert!(decide(&format!("{left}decision := {{\"decision\": true}} if abs(-2) == 2")).unwrap().is_allowed());
    let error =
        decide(&format!("{left}decision := {{\"decision\": true}} if strings.count(\"aa\", \"a\") == 2")).unwrap_err();
    let place = error.location().unwrap();
    assert_eq!((error.code(), place.row), ("policy_syntax", 7), "{error}");
    assert!(error.to_string().contains("`strings.count`"), "{error}");
}

#[test]
fn builtins_that_look_outside_are_refused() {
    for call in [
        "http.send({\"method\": \"get\", \"url\": \"http://example.org\"})",
        "rego.metadata.rule()",
        "opa.runtime()",
        "time.now_ns()",
        "rand.intn(\"a\", 10)",
        "uuid.rfc4122(\"a\")",
        "net.lookup_ip_addr(\"example.org\")",
        "print(\"a\")",
        "trace(\"a\")",
        "nonsense(1)",
    ] {
        assert_eq!(code_of_value(call), "policy_builtin", "{call}");
    }
}

#[test]
fn an_unknown_builtin_is_refused_with_its_place_even_where_it_is_not_reached() {
    let error = decide(&format!("{ALLOW}\nx if {{\n\tfalse\n\thttp.send({{}})\n}}")).unwrap_err();
    let place = error.location().unwrap();
    assert_eq!((error.code(), place.file.as_str(), place.row), ("policy_builtin", "hostile.rego", 9));
}

#[test]
fn a_builtin_with_the_wrong_number_of_arguments_is_refused() {
    assert_eq!(code_of_value("count([1], [2])"), "policy_syntax");
}

#[test]
fn a_range_of_a_thousand_million_is_refused() {
    assert_eq!(code_of_value("count(numbers.range(1, 1000000000))"), "policy_limit");
    assert_eq!(code_of_value("count(numbers.range(-9007199254740991, 9007199254740991))"), "policy_limit");
    assert!(decide("decision := {\"decision\": true} if count(numbers.range(1, 1000)) == 1000").unwrap().is_allowed());
}

#[test]
fn texts_that_double_are_refused() {
    for step in ["concat(\"\", [x0, x0])", "sprintf(\"%s%s\", [x0, x0])", "replace(x0, \"a\", \"aa\")"] {
        let doubled = (1..60).fold("x0 := input.resource.properties.text\n".to_owned(), |text, index| {
            text + &format!("x{index} := {}\n", step.replace("x0", &format!("x{}", index - 1)))
        });
        assert_eq!(code(&format!("decision := {{\"decision\": true}} if {{\n{doubled}}}")), "policy_limit", "{step}");
    }
}

#[test]
fn a_text_squared_is_refused() {
    let squared = (1..8).fold("x0 := input.resource.properties.text\n".to_owned(), |text, index| {
        text + &format!("x{index} := replace(x{0}, \"a\", x{0})\n", index - 1)
    });
    assert_eq!(code(&format!("decision := {{\"decision\": true}} if {{\n{squared}}}")), "policy_limit");
}

#[test]
fn arrays_that_double_are_refused() {
    let doubled = (1..60).fold("x0 := [1, 2]\n".to_owned(), |text, index| {
        text + &format!("x{index} := array.concat(x{0}, x{0})\n", index - 1)
    });
    assert_eq!(code(&format!("decision := {{\"decision\": true}} if {{\n{doubled}}}")), "policy_limit");
}

#[test]
fn a_value_of_shared_parts_is_not_written_out() {
    let shared =
        (1..60).fold("x0 := [1]\n".to_owned(), |text, index| text + &format!("x{index} := [x{0}, x{0}]\n", index - 1));
    let body = format!("decision := {{\"decision\": true}} if {{\n{shared}json.marshal(x59)\n}}");
    assert_eq!(code(&body), "policy_limit");
    let body = format!("decision := {{\"decision\": x59}} if {{\n{shared}}}");
    assert_eq!(code(&body), "decision_invalid");
}

#[test]
fn formats_that_panic_or_fill_the_memory_elsewhere_end_or_are_short() {
    for format in ["%1000000000d", "%.4000000000f", "%99999999999999999999d", "%\u{bd}d", "%0\u{664}d", "%"] {
        let rule = format!("decision := {{\"decision\": true}} if count(sprintf({format:?}, [1])) < 100");
        assert!(decide(&rule).map_or_else(|error| error.code() != "policy_evaluation", |_| true), "{format}");
    }
    assert!(decide("decision := {\"decision\": true} if sprintf(\"%05d %.2f\", [42, 1.5]) == \"00042 1.50\"").is_ok());
}

#[test]
fn loops_without_end_are_stopped() {
    let rule = "decision := {\"decision\": true} if {\n\txs := numbers.range(1, 1000)\n\
        \tcount([1 | some a in xs; some b in xs; some c in xs; a + b + c == 0]) == 0\n}";
    assert_eq!(limit_of(rule), "kilosteps");
}

#[test]
fn a_limit_inside_a_function_does_not_turn_around_under_not() {
    let rule = "f(x) := count(numbers.range(1, 1000000000)) if x\n\nf(x) := 1 if not x\n\n\
        decision := {\"decision\": true} if not f(true)";
    assert_eq!(code(rule), "policy_limit");
}

#[test]
fn two_values_of_one_rule_are_refused() {
    assert_eq!(code("decision := {\"decision\": true}\n\ndecision := {\"decision\": false}"), "policy_evaluation");
    assert_eq!(code("f(x) := 1\n\nf(x) := 2\n\ndecision := {\"decision\": true} if not f(1)"), "policy_evaluation");
}

#[test]
fn syntax_errors_name_their_place() {
    for (rules, row) in
        [("allow if {", 6), ("x := ]", 5), ("decision := := 1", 5), ("x := \"a", 7), ("a := 1\nb := $", 6)]
    {
        let error = decide(rules).unwrap_err();
        assert_eq!(error.code(), "policy_syntax", "{rules}");
        assert!(error.location().unwrap().row.abs_diff(row) <= 2, "{rules} {error}");
        assert!(!error.to_string().contains("serde"), "{error}");
    }
}

#[test]
fn text_behind_a_zero_byte_is_not_dropped() {
    assert_eq!(code(&format!("{ALLOW}\n\0decision := {{\"decision\": false}}")), "policy_syntax");
}

#[test]
fn data_in_a_rules_place_are_refused() {
    for data in [
        r#"{"sealwright":{"decision":{"decision":true}}}"#,
        r#"{"sealwright":{"decision":{}}}"#,
        r#"{"sealwright":1}"#,
        r#"{"sealwright":{"helper":null}}"#,
    ] {
        let mut policy = source("helper := 1\n\ndecision := {\"decision\": false} if helper");
        policy.data = serde_json::from_str(data).unwrap();
        assert_eq!(Policy::load(policy).unwrap_err().code(), "policy_invalid", "{data}");
    }
}

#[test]
fn too_much_text_is_refused() {
    assert_eq!(limit_of(&format!("{ALLOW}{}", "# a comment of some length\n".repeat(50_000))), "module_bytes");
}

#[test]
fn too_large_a_request_is_refused() {
    let request = [REQUEST, " ".repeat(300_000).as_bytes()].concat();
    let error = Policy::load(source(ALLOW)).unwrap().decide(&request).unwrap_err();
    assert_eq!(error.code(), "policy_limit");
}

#[test]
fn a_request_that_is_none_is_refused() {
    let policy = Policy::load(source(ALLOW)).unwrap();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for request in ["", "{}", "[]", "null", &deep, r#"{"subject":{"type":"user","id":"a","id":"b"}}"#] {
        assert_eq!(policy.decide(request.as_bytes()).unwrap_err().code(), "json_invalid");
    }
}

#[test]
fn answers_that_are_none_are_refused() {
    for value in [
        "true",
        "{}",
        "{\"decision\": 1}",
        "{\"decision\": \"true\"}",
        "{\"decision\": true, \"extra\": 1}",
        "{\"decision\": true, \"reasons\": [\"no\"]}",
        "{\"decision\": true, \"reasons\": \"no\"}",
        "{\"decision\": true, \"obligations\": [{\"type\": \"unheard_of\"}]}",
        "{\"decision\": true, \"obligations\": [{\"type\": \"watermark\", \"extra\": 1}]}",
        "{\"decision\": true, \"obligations\": [{\"type\": \"transform\"}]}",
        "{\"decision\": true, \"cache_for_ms\": -1}",
        "{\"decision\": true, \"cache_for_ms\": 1.5}",
    ] {
        assert_eq!(code(&format!("decision := {value}")), "decision_invalid", "{value}");
    }
    assert_eq!(code("decision := {\"decision\": true} if input.nothing"), "decision_invalid");
}

#[test]
fn a_policy_is_asked_again_after_a_failure() {
    let policy =
        Policy::load(source("decision := {\"decision\": true} if count(numbers.range(1, input.context.n)) > 0"))
            .unwrap();
    let request = |n: u64| {
        format!(
            r#"{{"subject":{{"type":"user","id":"a"}},"action":{{"name":"open"}},"resource":{{"type":"document","id":"d"}},"context":{{"n":{n}}}}}"#
        )
    };
    assert_eq!(policy.decide(request(1_000_000_000).as_bytes()).unwrap_err().code(), "policy_limit");
    assert!(policy.decide(request(10).as_bytes()).unwrap().is_allowed());
}

#[test]
fn loops_without_number_in_one_reference_are_refused() {
    let body = |size: usize, count: usize| {
        let reference = format!("    input.context.a{}\n", "[_]".repeat(size));
        format!("decision := {{\"decision\": true}} if {{\n{}}}", reference.repeat(count))
    };
    assert_eq!(limit_of(&body(50, 320)), "depth");
    assert_eq!(code(&body(45, 4)), "decision_invalid");
}

#[test]
fn the_most_loops_of_references_are_evaluated_on_a_small_stack() {
    let rules = format!(
        "decision := {{\"decision\": true}} if {{\n{}}}",
        format!("input.context.a{}\n", "[_]".repeat(48)).repeat(5)
    );
    let request = format!(
        r#"{{"subject":{{"type":"user","id":"a"}},"action":{{"name":"open"}},"resource":{{"type":"document","id":"d"}},"context":{{"a":{}1{}}}}}"#,
        "[".repeat(48),
        "]".repeat(48)
    );
    let decide = move || Policy::load(source(&rules)).unwrap().decide(request.as_bytes());
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(decide).unwrap();
    assert!(thread.join().unwrap().unwrap().is_allowed());
}
