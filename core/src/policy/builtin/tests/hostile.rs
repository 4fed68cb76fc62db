use std::format;
use std::string::String;

use super::*;

/// Ends within its fuel: with a fault of a name, or with nothing.
fn ends(name: &str, args: &str) {
    match call(name, args) {
        Err(Fault::Limit(_)) | Ok(None) => {}
        other => panic!("{name}{:.80}: {other:?}", args),
    }
}

#[test]
fn what_would_fill_the_memory_ends() {
    let long = "a".repeat(100_000);
    let many = format!("[{}]", ["\"a\""; 2000].join(","));
    for (name, args) in [
        ("numbers.range", "[1, 1e18]"),
        ("numbers.range", "[1, 1e300]"),
        ("numbers.range", "[-9223372036854775808, 9223372036854775807]"),
        ("numbers.range_step", "[0, 1e100, 2]"),
        ("bits.lsh", "[1, 1e9]"),
        ("bits.lsh", "[1, 9223372036854775807]"),
        ("bits.lsh", "[1, 1e30]"),
        ("units.parse_bytes", "[\"1e999999999K\"]"),
        ("units.parse_bytes", "[\"1e999999K\"]"),
        ("units.parse", "[\"1e999999Ei\"]"),
        ("to_number", "[\"1e999999999\"]"),
        ("json.unmarshal", "[\"1e999999999\"]"),
        ("net.cidr_expand", "[\"0.0.0.0/0\"]"),
        ("net.cidr_expand", "[\"::/0\"]"),
        ("net.cidr_expand", "[\"10.0.0.0/8\"]"),
        ("mul", "[1e1000, 1e1000]"),
        ("product", &format!("[[{}]]", ["1e500"; 9].join(","))),
        ("replace", &format!("[\"{long}\", \"a\", \"{long}\"]")),
        ("replace", &format!("[\"{long}\", \"\", \"{long}\"]")),
        ("strings.replace_n", &format!("[{{\"a\": \"{long}\"}}, \"{long}\"]")),
        ("concat", &format!("[\"{long}\", {many}]")),
        ("json.marshal_with_options", &format!("[{many}, {{\"prefix\": \"{long}\"}}]")),
        ("glob.match", &format!("[\"{}\", [], \"a\"]", "{a,".repeat(5000))),
        ("trim", &format!("[\"{long}\", \"{}a\"]", "b".repeat(100_000))),
        ("indexof_n", &format!("[\"{long}\", \"{}\"]", "a".repeat(50_000))),
    ] {
        ends(name, args);
    }
}

#[test]
fn what_panics_elsewhere_is_answered() {
    check(&[
        ("strings.count", "[\"\", \"\"]", "1"),
        ("object.subset", "[[1], []]", "true"),
        ("object.subset", "[[], [1]]", "false"),
        ("rem", "[-9223372036854775808, -1]", "0"),
        ("div", "[-9223372036854775808, -1]", "9223372036854775808"),
        ("abs", "[-9223372036854775808]", "9223372036854775808"),
        ("bits.rsh", "[1, 9223372036854775807]", "0"),
        ("substring", "[\"abc\", 9223372036854775807, 9223372036854775807]", "\"\""),
        ("array.slice", "[[1], -9223372036854775808, 9223372036854775807]", "[1]"),
        ("time.add_date", "[9223372036854775807, 2147483647, 2147483647, 2147483647]", UNDEFINED),
        ("time.date", "[-9223372036854775808]", "[1677, 9, 21]"),
        ("time.format", "[-9223372036854775808]", "\"1677-09-21T00:12:43.145224192Z\""),
        ("format_int", "[-9223372036854775808, 16]", "\"-8000000000000000\""),
        (
            "sprintf",
            "[\"%d %x\", [-9223372036854775808, -9223372036854775808]]",
            "\"-9223372036854775808 -8000000000000000\"",
        ),
        ("sprintf", "[\"%.99999999999999999999d\", [1]]", "\"%!9(int=1)9999999999999999999d\""),
        ("uuid.parse", "[\"é0000000-0000-4000-8000-00000000000\"]", UNDEFINED),
        ("semver.compare", "[\"99999999999999999999.0.0\", \"1.0.0\"]", UNDEFINED),
    ]);
}

#[test]
fn a_wide_field_is_paid_for() {
    let format = format!("[\"{}\", [{}]]", "%1000000d".repeat(100), ["1"; 100].join(","));
    assert_eq!(call("sprintf", &format), Err(Fault::Limit("bytes")));
    let one = call("sprintf", "[\"%1000d\", [1]]").unwrap().unwrap();
    assert_eq!(one.weight(), Value::text("x".repeat(1000)).weight());
    assert!(matches!(call("sprintf", "[\"%.1000f\", [1.5]]"), Ok(Some(_))));
}

/// A value made of shared parts is small in memory, and without an end for whoever looks at each part.
#[test]
fn shared_parts_are_paid_for_each_time() {
    let mut shared = Value::text("x");
    for _ in 0..60 {
        shared = Value::array([shared.clone(), shared].into()).unwrap();
    }
    for (name, args) in [
        ("json.marshal", [shared.clone()].as_slice()),
        ("walk", &[shared.clone()]),
        ("equal", &[shared.clone(), with_other_end(60)]),
        ("sort", &[Value::array([shared.clone(), with_other_end(60)].into()).unwrap()]),
        ("max", &[Value::array([shared.clone(), with_other_end(60)].into()).unwrap()]),
        ("sprintf", &[Value::text("%v"), Value::array([shared.clone()].into()).unwrap()]),
        ("object.subset", &[shared.clone(), with_other_end(60)]),
    ] {
        let outcome = (find(name).unwrap().call)(args, &mut Fuel::new(STEPS, BYTES));
        assert!(matches!(outcome, Err(Fault::Limit(_))), "{name}");
    }
}

fn with_other_end(depth: usize) -> Value {
    (0..depth).fold(Value::text("y"), |value, _| Value::array([value.clone(), value].into()).unwrap())
}

#[test]
fn many_paths_end_within_fuel() {
    // Each of 20 layers doubles the number of paths.
    let edge =
        |layer: usize| format!("\"a{layer}\": [\"a{0}\", \"b{0}\"], \"b{layer}\": [\"a{0}\", \"b{0}\"]", layer + 1);
    let graph: Vec<String> = (0..20).map(edge).collect();
    ends("graph.reachable_paths", &format!("[{{{}}}, [\"a0\"]]", graph.join(", ")));
    let line: Vec<String> = (0..1000).map(|node| format!("\"{node}\": [\"{}\"]", node + 1)).collect();
    let args = format!("[{{{}}}, [\"0\"]]", line.join(", "));
    assert_eq!(call("graph.reachable", &args).unwrap().unwrap().len(), 1000);
    assert_eq!(call("graph.reachable_paths", &args).unwrap().unwrap().len(), 1);
}

#[test]
fn hostile_globs_are_linear() {
    let pattern = "*a".repeat(100);
    let args = format!("[\"{pattern}b\", null, \"{}\"]", "a".repeat(2000));
    assert_eq!(call("glob.match", &args), Ok(Some(Value::Bool(false))));
    let nested = format!("[\"{}a{}\", [], \"a\"]", "{".repeat(60), "}".repeat(60));
    assert_eq!(call("glob.match", &nested), Ok(Some(Value::Bool(true))));
}

#[test]
fn deep_paths_and_patches_end() {
    let path = format!("[{}]", ["\"a\""; 5000].join(","));
    let deep = format!("{}1{}", "{\"a\": ".repeat(60), "}".repeat(60));
    let args = format!("[{deep}, [{path}]]");
    assert_eq!(call("json.remove", &args), Ok(Some(read(&deep))));
    assert_eq!(call("json.filter", &args), Ok(Some(read(&deep))));
    ends("json.patch", &format!("[{deep}, [{{\"op\": \"add\", \"path\": {path}, \"value\": 1}}]]"));
}

#[cfg(feature = "regex")]
#[test]
fn hostile_regular_expressions_end() {
    for pattern in ["(a{1000}){1000}", "((((((((((a*)*)*)*)*)*)*)*)*)*", &"(".repeat(3000), &"a".repeat(5000)] {
        let text = "a".repeat(3000);
        let outcome = call("regex.match", &format!("[\"{pattern}\", \"{text}b\"]"));
        assert!(matches!(outcome, Ok(None | Some(Value::Bool(_))) | Err(Fault::Limit(_))), "{pattern:.40}");
    }
    ends("regex.match", "[\"(a{1000}){1000}\", \"a\"]");
    let long = "a".repeat(50_000);
    ends("regex.replace", &format!("[\"{long}\", \"a\", \"{long}\"]"));
}
