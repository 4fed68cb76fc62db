//! Fields of a document, and what a condition asks of one.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::super::value::{Text, Value};

/// Names a part of the document by its path under `input`, or an item of the list at that path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Field {
    pub(crate) path: Arc<[Text]>,
    /// Which iteration the item belongs to. No finished condition has one.
    pub(crate) item: Option<u32>,
}

/// Is what a condition asks of a field. It holds only if the field is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Test {
    Exists,
    /// Equals one of these; sorted, none twice, at least one.
    In(Vec<Value>),
    /// Equals none of these; sorted, none twice, at least one.
    Nin(Vec<Value>),
    Less(Value),
    AtMost(Value),
    Greater(Value),
    AtLeast(Value),
    /// Is a list, or an object, in which this stands.
    Has(Value),
}

impl Field {
    pub(crate) fn new(path: &[Text]) -> Self {
        Self { path: path.into(), item: None }
    }

    pub(crate) fn at(&self, name: &Text) -> Self {
        Self::new(&self.path.iter().chain([name]).cloned().collect::<Vec<_>>())
    }

    /// Returns its name in a condition.
    pub(crate) fn name(&self) -> String {
        self.path.join(".")
    }

    /// Tells whether every name can stand in one that is joined by dots.
    pub(crate) fn is_nameable(&self) -> bool {
        self.path.iter().all(|name| is_plain(name))
    }

    /// Tells whether every document has it.
    pub(crate) fn is_always_there(&self) -> bool {
        self.item.is_none() && self.path.len() == 2 && self.path.iter().eq(["resource", "properties"].iter())
    }
}

/// Tells whether a name can stand in a path.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|char| char == '.' || char.is_control())
}

impl Test {
    /// Tells whether a value that is there passes.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Exists => true,
            Self::In(values) => values.binary_search(value).is_ok(),
            Self::Nin(values) => values.binary_search(value).is_err(),
            Self::Less(bound) => value < bound,
            Self::AtMost(bound) => value <= bound,
            Self::Greater(bound) => value > bound,
            Self::AtLeast(bound) => value >= bound,
            Self::Has(item) => has(value, item),
        }
    }

    /// Returns what a value that is there passes exactly if it fails this; `None` if nothing is left, or no test says it.
    pub(crate) fn opposite(&self) -> Option<Self> {
        Some(match self {
            Self::In(values) => Self::Nin(values.clone()),
            Self::Nin(values) => Self::In(values.clone()),
            Self::Less(bound) => Self::AtLeast(bound.clone()),
            Self::AtMost(bound) => Self::Greater(bound.clone()),
            Self::Greater(bound) => Self::AtMost(bound.clone()),
            Self::AtLeast(bound) => Self::Less(bound.clone()),
            Self::Exists | Self::Has(_) => return None,
        })
    }

    /// Returns the values it names.
    pub(crate) fn values(&self) -> &[Value] {
        match self {
            Self::Exists => &[],
            Self::In(values) | Self::Nin(values) => values,
            Self::Less(value)
            | Self::AtMost(value)
            | Self::Greater(value)
            | Self::AtLeast(value)
            | Self::Has(value) => core::slice::from_ref(value),
        }
    }
}

fn has(collection: &Value, item: &Value) -> bool {
    match collection {
        Value::Array(items) => items.iter().any(|other| other == item),
        Value::Object(members) => members.values().any(|other| other == item),
        Value::Set(items) => items.contains(item),
        _ => false,
    }
}
