use std::format;

use proptest::prelude::*;

use super::*;
use crate::encoding::json;

fn value(text: &str) -> Value {
    Value::parse_json("text", text.as_bytes()).unwrap()
}

fn set(items: &[&str]) -> Value {
    Value::set(items.iter().map(|item| value(item)).collect()).unwrap()
}

#[test]
fn values_are_ordered_as_opa_orders_them() {
    let sorted = [
        value("null"),
        value("false"),
        value("true"),
        value("-1.5"),
        value("2"),
        value("10"),
        value("\"\""),
        value("\"a\""),
        value("\"ab\""),
        value("[]"),
        value("[1,2]"),
        value("[2]"),
        value("{}"),
        value("{\"a\":1}"),
        value("{\"a\":1,\"b\":0}"),
        value("{\"a\":2}"),
        value("{\"b\":0}"),
        set(&[]),
        set(&["1", "2"]),
        set(&["2"]),
    ];
    assert!(sorted.is_sorted_by(|one, next| one < next));
}

#[test]
fn sets_and_objects_hold_nothing_twice() {
    assert_eq!(set(&["2", "1", "2.0"]).len(), 2);
    let member = |key: &str, item: i64| (Value::text(key), Value::from(item));
    assert_eq!(Value::object(vec![member("b", 1), member("a", 2), member("b", 1)]).unwrap().len(), 2);
    let conflict = Value::object(vec![member("b", 1), member("a", 2), member("b", 3)]);
    assert!(matches!(conflict, Err(Fault::Conflict(_))));
    let last = Value::object_of_last(vec![member("b", 1), member("a", 2), member("b", 3), member("a", 0)]).unwrap();
    assert_eq!(last, value("{\"a\":0,\"b\":3}"));
}

#[test]
fn what_stands_at_a_key_is_found() {
    let object = value("{\"b\":[1,{\"c\":null}],\"a\":2}");
    let found = object.get(&Value::text("b")).unwrap();
    assert_eq!(found.get(&value("1.0")).unwrap().get(&Value::text("c")), Some(&Value::Null));
    assert_eq!((found.get(&value("-1")), found.get(&value("2")), found.get(&value("0.5"))), (None, None, None));
    let Value::Object(members) = &object else { panic!() };
    assert_eq!((members.get_text("a"), members.get_text("c")), (Some(&value("2")), None));
    assert_eq!(set(&["1"]).get(&value("1e0")), Some(&value("1")));
}

#[test]
fn a_value_deeper_than_the_limit_is_never_made() {
    let mut nested = Value::Null;
    for _ in 0..MAX_DEPTH {
        nested = Value::array(vec![nested]).unwrap();
    }
    assert_eq!(Value::array(vec![nested.clone()]), Err(Fault::Limit("value_depth")));
    assert_eq!(Value::set(vec![nested.clone()]), Err(Fault::Limit("value_depth")));
    assert_eq!(Value::object(vec![(nested.clone(), Value::Null)]), Err(Fault::Limit("value_depth")));
}

#[test]
fn shared_parts_weigh_each_time() {
    let mut shared = Value::text("x".repeat(100));
    for _ in 0..200 {
        shared = Value::array(vec![shared.clone(), shared]).unwrap();
    }
    assert_eq!(shared.weight(), u64::MAX);
}

#[test]
fn json_is_what_the_strict_reader_takes() {
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    for text in [
        "{\"a\":1,\"a\":1}",
        "9007199254740992",
        "1e300",
        "\"\\ud800\"",
        "1 2",
        "",
        "01",
        "[1,]",
        "{\"a\"}",
        "\"",
        &deep,
        "tru",
    ] {
        let failure = Value::parse_json("text", text.as_bytes()).unwrap_err();
        assert_eq!(failure, json::parse("text", text.as_bytes()).unwrap_err(), "{text}");
    }
}

#[test]
fn sets_become_arrays_and_what_json_cannot_hold_nothing() {
    assert_eq!(set(&["2", "1"]).to_json().unwrap(), serde_json::json!([1, 2]));
    assert_eq!(Value::object(vec![(Value::Null, Value::Null)]).unwrap().to_json(), None);
    let large = Number::parse("9007199254740992").unwrap().unwrap();
    assert_eq!(Value::from(large).to_json(), None);
}

#[test]
fn values_are_written_as_rego_does() {
    let members = vec![(Value::text("a"), set(&["1"])), (value("[\"b\\n\"]"), set(&[]))];
    assert_eq!(Value::object(members).unwrap().to_rego(), "{\"a\": {1}, [\"b\\n\"]: set()}");
}

#[test]
fn a_value_is_three_words() {
    assert_eq!(size_of::<Value>(), 24);
}

fn documents() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(serde_json::Value::from),
        (-1e15_f64..1e15).prop_map(serde_json::Value::from),
        (any::<i32>(), 0_i32..20).prop_map(|(whole, places)| (f64::from(whole) / 10_f64.powi(places)).into()),
        "\\PC{0,30}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            prop::collection::btree_map("\\PC{0,4}", inner, 0..8)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn both_readers_read_the_same(document in documents(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
        let strict = json::parse("text", text.as_bytes()).unwrap();
        let read = Value::parse_json("text", text.as_bytes()).unwrap();
        prop_assert_eq!(&read, &Value::from(&strict));
        prop_assert_eq!(json::canonical(&read.to_json().unwrap()), json::canonical(&strict));
    }

    #[test]
    fn both_readers_refuse_the_same(text in "[\\[\\]{}:,0-9.eE\"\\\\a -]{0,12}") {
        let strict = json::parse("text", text.as_bytes()).map(|json| Value::from(&json));
        prop_assert_eq!(Value::parse_json("text", text.as_bytes()), strict);
    }
}

proptest! {
    #[test]
    fn members_in_any_order_are_read_the_same(keys in proptest::collection::vec("[a-e]{1,3}", 0..60)) {
        let members: Vec<_> = keys.iter().enumerate().map(|(place, key)| format!("\"{key}\":{place}")).collect();
        let text = format!("{{{}}}", members.join(","));
        let strict = json::parse("text", text.as_bytes()).map(|json| Value::from(&json));
        prop_assert_eq!(Value::parse_json("text", text.as_bytes()), strict);
    }

    #[test]
    fn distinct_members_in_any_order_are_read_the_same(
        keys in proptest::collection::hash_set("[a-e]{1,4}", 0..60).prop_map(Vec::from_iter),
    ) {
        let members: Vec<_> = keys.iter().enumerate().map(|(place, key)| format!("\"{key}\":{place}")).collect();
        let text = format!("{{{}}}", members.join(","));
        let strict = Value::from(&json::parse("text", text.as_bytes()).unwrap());
        prop_assert_eq!(Value::parse_exact(&text), Ok(Some(strict)));
    }

    #[test]
    fn the_members_of_large_objects_are_found_and_no_others(
        keys in proptest::collection::btree_set("[a-f]{0,12}", 1..200),
        others in proptest::collection::vec("[a-f]{0,12}", 20),
    ) {
        let json = keys.iter().map(|key| (key.clone(), serde_json::json!(key))).collect();
        let Value::Object(members) = Value::from(&serde_json::Value::Object(json)) else { panic!("no object") };
        for key in keys.iter().chain(&others) {
            let value = keys.contains(key).then(|| Value::text(key));
            prop_assert_eq!(members.get_text(key), value.as_ref());
            prop_assert_eq!(members.get(&Value::text(key)), value.as_ref());
        }
        prop_assert_eq!(members.get(&Value::Null), None);
    }
}
