//! Each case is a call: a name, its arguments as a JSON array in which `{"set": […]}` is a set, and what it comes to.

mod collections;
mod hostile;
mod others;
mod texts;
mod tokens;

use std::collections::BTreeMap;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::*;
use crate::policy::number::Number;

/// What a decision may take: `spec/policy.md`, "Fuel".
const STEPS: u64 = 2_000_000;
const BYTES: u64 = 64 << 20;

fn call(name: &str, args: &str) -> Outcome {
    let builtin = find(name).unwrap_or_else(|| panic!("{name}"));
    let args = read(args);
    let Value::Array(args) = args else { panic!("{name}") };
    assert_eq!(args.len(), builtin.arity, "{name}");
    (builtin.call)(args.as_slice(), &mut Fuel::new(STEPS, BYTES))
}

fn read(text: &str) -> Value {
    with_sets(&Value::parse_exact(text).unwrap().unwrap_or_else(|| panic!("{text}")))
}

fn with_sets(value: &Value) -> Value {
    let all = |items: &[Value]| items.iter().map(with_sets).collect::<Vec<_>>();
    match value {
        Value::Array(items) => Value::array(all(items.as_slice())).unwrap(),
        Value::Object(members) => match (members.len(), members.get_text("set")) {
            (1, Some(Value::Array(items))) => Value::set(all(items.as_slice())).unwrap(),
            _ => Value::object(members.iter().map(|(key, member)| (key.clone(), with_sets(member))).collect()).unwrap(),
        },
        scalar => scalar.clone(),
    }
}

const UNDEFINED: &str = "undefined";

fn check(cases: &[(&str, &str, &str)]) {
    for (name, args, expected) in cases {
        let expected = if *expected == UNDEFINED { None } else { Some(read(expected)) };
        assert_eq!(call(name, args), Ok(expected), "{name}{args}");
    }
}

/// Returns every built-in by its name.
fn all() -> BTreeMap<&'static str, &'static Builtin> {
    TABLES.iter().copied().flatten().map(|builtin| (builtin.name, builtin)).collect()
}

#[test]
fn the_table_is_sorted() {
    assert!(TABLES.iter().all(|table| table.is_sorted_by(|one, next| one.name < next.name)));
    assert_eq!(all().len(), TABLES.iter().map(|table| table.len()).sum::<usize>());
    assert_eq!(all().len() > 130, cfg!(feature = "rego-builtins"));
    assert!(find("http.send").is_none() && find("time.now_ns").is_none() && find("opa.runtime").is_none());
}

#[test]
#[cfg(feature = "rego-builtins")]
fn the_spec_lists_the_same() {
    let spec = include_str!("../../../spec/policy.md");
    let section = spec.split("## Built-ins").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed: Vec<(&str, usize)> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|row| {
            let (name, rest) = row.split_once("` | ")?;
            Some((name, rest.split_once(" | ")?.0.parse().unwrap()))
        })
        .filter(|(name, _)| {
            let is_jwt =
                cfg!(feature = "jwt") || !["es256", "rs256", "rs384", "rs512"].iter().any(|end| name.ends_with(end));
            is_jwt && (cfg!(feature = "regex") || !name.starts_with("regex."))
        })
        .collect();
    assert_eq!(listed, all().into_values().map(|builtin| (builtin.name, builtin.arity)).collect::<Vec<_>>());
}

#[test]
fn a_wrong_argument_is_undefined_for_every_built_in() {
    let wrong = [
        read("null"),
        read("[{\"a\": 1}]"),
        read("{\"a\": [\"\"]}"),
        read("-1.5"),
        read("{\"set\": [true]}"),
        read("\"\\u0000%\""),
    ];
    for builtin in all().into_values() {
        for place in 0..builtin.arity {
            for value in &wrong {
                let mut args = Vec::from_iter(core::iter::repeat_n(Value::text("x"), builtin.arity));
                args[place] = value.clone();
                let outcome = (builtin.call)(&args, &mut Fuel::new(STEPS, BYTES));
                assert!(outcome.is_ok(), "{} {args:?}", builtin.name);
            }
        }
        // What the caller has checked: a call with the wrong number of arguments does nothing either.
        let outcome = (builtin.call)(&[], &mut Fuel::new(STEPS, BYTES));
        assert!(matches!(outcome, Ok(None | Some(Value::Bool(false)))), "{}", builtin.name);
    }
}

#[test]
fn no_built_in_works_without_fuel() {
    let long = Value::text("ab.".repeat(2000));
    for name in [
        "lower",
        "split",
        "replace",
        "trim",
        "strings.reverse",
        "sprintf",
        "json.unmarshal",
        "base64.encode",
        "glob.match",
    ] {
        let builtin = find(name).unwrap();
        let mut args = Vec::from_iter(core::iter::repeat_n(long.clone(), builtin.arity));
        if name == "sprintf" {
            args[1] = Value::array(Vec::from([long.clone()])).unwrap();
        }
        if name == "glob.match" {
            args[1] = Value::Null;
        }
        let outcome = (builtin.call)(&args, &mut Fuel::new(3, 100));
        assert!(matches!(outcome, Err(Fault::Limit("steps" | "bytes"))), "{name} {outcome:?}");
    }
}

/// `0.1 + 0.2` and the like are tested with the numbers.
#[test]
fn operators_are_built_ins_too() {
    check(&[
        ("plus", "[0.1, 0.2]", "0.3"),
        ("minus", "[1, 2]", "-1"),
        ("minus", "[{\"set\": [1, 2]}, {\"set\": [2, 3]}]", "{\"set\": [1]}"),
        ("minus", "[{\"set\": [1]}, 1]", UNDEFINED),
        ("mul", "[3, 0.5]", "1.5"),
        ("div", "[1, 4]", "0.25"),
        ("div", "[1, 0]", UNDEFINED),
        ("rem", "[-5, 3]", "-2"),
        ("rem", "[5, 0]", UNDEFINED),
        ("equal", "[1, 1.0]", "true"),
        ("neq", "[[1], {\"set\": [1]}]", "true"),
        ("lt", "[\"a\", []]", "true"),
        ("lte", "[null, false]", "true"),
        ("gt", "[{\"set\": []}, {}]", "true"),
        ("gte", "[10, 9.99]", "true"),
    ]);
    assert_eq!(Number::parse("1"), Ok(Some(Number::from(1_i64))));
    assert_eq!(format!("{:?}", read("{\"a\": {\"set\": []}}")), String::from("{\"a\": set()}"));
}
