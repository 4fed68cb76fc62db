//! What each store is told.

use sealwright_core::policy::{Filter, Target};
use serde_json::{Value, json};

use super::{filter, load};

fn lower(rules: &str, target: Value) -> Result<Value, &'static str> {
    let target = Target::from_bytes(target.to_string().as_bytes()).unwrap();
    let lowered = filter(&load(rules, &json!({}))).lower(&target).map_err(|error| error.code())?;
    Ok(serde_json::from_slice(&lowered).unwrap())
}

const TENANT: &str = "allow if input.resource.properties.tenant == \"x' OR 1=1 --\"";

#[test]
fn a_hostile_value_stays_data() {
    for store in ["sqlite", "postgresql", "pgvector"] {
        let lowered = lower(TENANT, json!({"store": store})).unwrap();
        assert!(!lowered["text"].as_str().unwrap().contains("OR"), "{lowered}");
        assert_eq!(lowered["parameters"], json!(["x' OR 1=1 --"]));
    }
    let lowered = lower(TENANT, json!({"store": "lancedb"})).unwrap();
    assert_eq!(lowered["text"], "(`tenant` IS NOT NULL AND `tenant` IN ('x'' OR 1=1 --'))");
}

#[test]
fn a_hostile_name_stays_a_name() {
    let rules = "allow if input.resource.properties[\"a\\\" OR 1=1 --\"] == \"x\"";
    let fields = json!({"resource.properties.a\" OR 1=1 --": {"type": "text"}});
    let lowered = lower(rules, json!({"store": "sqlite", "fields": fields})).unwrap();
    let column = "\"a\"\" OR 1=1 --\"";
    assert_eq!(lowered["text"], format!("({column} IS NOT NULL AND {column} COLLATE BINARY IN (?))"));
    let lowered = lower(rules, json!({"store": "postgresql", "column": "meta\"data", "fields": fields})).unwrap();
    assert!(lowered["text"].as_str().unwrap().starts_with("((\"meta\"\"data\" #>> $1::text[]) IS NOT NULL AND "));
    assert_eq!(lowered["parameters"][0], "{\"a\\\" OR 1=1 --\"}");
    for store in ["sqlite", "qdrant"] {
        let target = json!({"store": store, "column": "metadata", "fields": fields});
        assert_eq!(lower(rules, target), Err("filter_unsupported"), "{store}");
    }
    let backtick = "allow if input.resource.properties[\"a` OR 1=1 --\"] == \"x\"";
    let fields = json!({"resource.properties.a` OR 1=1 --": {"type": "text"}});
    assert_eq!(lower(backtick, json!({"store": "lancedb", "fields": fields})), Err("filter_unsupported"));
    let newline = "allow if input.resource.properties.tenant == \"x\\n'\"";
    assert_eq!(lower(newline, json!({"store": "lancedb"})), Err("filter_unsupported"));
}

#[test]
fn nobody_admitted_is_nothing_found_in_every_store() {
    for (store, never, always) in [
        ("sqlite", json!({"text": "0", "parameters": []}), json!({"text": "1", "parameters": []})),
        ("postgresql", json!({"text": "FALSE", "parameters": []}), json!({"text": "TRUE", "parameters": []})),
        ("lancedb", json!({"text": "FALSE"}), json!({"text": "TRUE"})),
        ("qdrant", json!({"must": [{"has_id": []}]}), json!({})),
        ("chroma", json!({"$and": [{"sealwright.never": {"$eq": 0}}, {"sealwright.never": {"$eq": 1}}]}), Value::Null),
    ] {
        assert_eq!(lower("allow if false", json!({"store": store})).unwrap(), never);
        assert_eq!(lower("allow if true", json!({"store": store})).unwrap(), always);
    }
    for store in ["langchain", "llamaindex"] {
        let never = lower("allow if false", json!({"store": store})).unwrap();
        assert!(never.to_string().contains("sealwright.never"));
        assert_eq!(lower("allow if true", json!({"store": store})).unwrap(), Value::Null);
    }
}

#[test]
fn what_a_store_says_otherwise_is_refused() {
    let differs = "allow if input.resource.properties.tenant != \"acme\"";
    let missing = "allow if not input.resource.properties.tenant == \"acme\"";
    let order = "allow if input.resource.properties.tenant < \"acme\"";
    assert_eq!(lower(missing, json!({"store": "chroma"})).unwrap(), json!({"tenant": {"$ne": "acme"}}));
    for (rules, stores) in [
        (differs, ["chroma", "langchain", "llamaindex"].as_slice()),
        (missing, &["langchain", "llamaindex"]),
        (order, &["chroma", "langchain", "llamaindex", "qdrant"]),
        ("allow if input.resource.properties.attributes.x == 1", &["sqlite", "qdrant", "chroma"]),
    ] {
        for store in stores {
            assert_eq!(lower(rules, json!({"store": store})), Err("filter_unsupported"), "{store}: {rules}");
        }
    }
}

#[test]
fn stores_are_told_the_same() {
    let rules = "allow if {\n\tinput.resource.properties.tenant in {\"a\", \"b\"}\n\t\"train\" in input.resource.properties.purposes\n\tinput.resource.properties.created_at <= input.context.time\n}";
    let seconds = json!({"resource.properties.created_at": {"type": "seconds", "name": "created"}});
    let qdrant = lower(rules, json!({"store": "qdrant"})).unwrap();
    assert_eq!(
        qdrant,
        json!({"must": [
            {"must": [{"key": "created_at", "range": {"lte": "2026-11-21T07:00:00Z"}}]},
            {"must": [{"key": "purposes", "match": {"value": "train"}}]},
            {"must": [{"should": [{"key": "tenant", "match": {"any": ["a", "b"]}}]}]}
        ]})
    );
    assert_eq!(
        lower(rules, json!({"store": "chroma", "fields": seconds})).unwrap(),
        json!({"$and": [{"created": {"$lte": 1_795_244_400}}, {"purposes": {"$contains": "train"}},
            {"tenant": {"$in": ["a", "b"]}}]})
    );
    assert_eq!(
        lower(rules, json!({"store": "langchain", "fields": seconds})).unwrap(),
        json!({"operator": "and", "arguments": [
            {"comparator": "lte", "attribute": "created", "value": 1_795_244_400},
            {"comparator": "contain", "attribute": "purposes", "value": "train"},
            {"comparator": "in", "attribute": "tenant", "value": ["a", "b"]}]})
    );
    assert_eq!(
        lower(rules, json!({"store": "llamaindex", "fields": seconds})).unwrap(),
        json!({"condition": "and", "filters": [
            {"key": "created", "operator": "<=", "value": 1_795_244_400},
            {"key": "purposes", "operator": "contains", "value": "train"},
            {"key": "tenant", "operator": "in", "value": ["a", "b"]}]})
    );
}

#[test]
fn an_unsupported_filter_is_lowered_nowhere() {
    let filter = Filter::Unsupported { reason: "x".to_owned(), place: None };
    let target = Target::from_bytes(br#"{"store": "sqlite"}"#).unwrap();
    assert_eq!(filter.lower(&target).unwrap_err().code(), "filter_unsupported");
    assert_eq!(filter.matches(b"{}").unwrap_err().code(), "filter_unsupported");
    assert_eq!(Filter::from_bytes(&filter.to_bytes()).unwrap(), filter);
}
