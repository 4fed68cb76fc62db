//! The values that a policy computes with. They are immutable, ordered as OPA orders them, and cheap to clone.

mod canonical;
mod index;
mod json;
mod node;
mod parse;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};
use core::fmt;

use super::fuel::{Fault, length};
use super::number::Number;
use super::sort::sorted;
use index::{Index, MIN_MEMBERS};
pub(crate) use node::{Array, Object, Set};
use node::{Listed, Node, Sorted};

/// A text, without an allocation up to 23 bytes.
pub(crate) type Text = smol_str::SmolStr;

/// How deep values nest at most. A request has 64 levels; a rule's value may hold a request, and so on. What handles values
/// recursively, dropping them included, relies on it.
pub(crate) const MAX_DEPTH: u32 = 256;

/// What a value weighs beyond its text.
const VALUE_WEIGHT: u64 = 24;

/// Is any value. The order of the variants is OPA's.
#[derive(Clone, PartialEq, Eq, Hash, Ord)]
#[expect(clippy::derive_ord_xor_partial_ord, reason = "the derived one is the same order once more, and slower")]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
    Array(Arc<Array>),
    Object(Arc<Object>),
    Set(Arc<Set>),
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Value {
    /// Makes a text.
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Text::new(text))
    }

    /// Makes an array.
    ///
    /// # Errors
    /// `Limit("value_depth")` beyond [`MAX_DEPTH`], here and below.
    pub(crate) fn array(items: Vec<Self>) -> Result<Self, Fault> {
        Node::new(items, Listed).map(|node| Self::Array(Arc::new(node)))
    }

    /// Makes a set of items in any order; equal ones become one.
    pub(crate) fn set(mut items: Vec<Self>) -> Result<Self, Fault> {
        if !items.is_sorted_by(|one, next| one < next) {
            items = sorted(items);
            items.dedup();
        }
        Node::new(items, Sorted).map(|node| Self::Set(Arc::new(node)))
    }

    /// Makes an object of members in any order.
    ///
    /// # Errors
    /// `Conflict` if a key has two values.
    pub(crate) fn object(mut members: Vec<(Self, Self)>) -> Result<Self, Fault> {
        if !members.is_sorted_by(|(one, _), (next, _)| one < next) {
            members = sorted(members);
            members.dedup();
            if !members.is_sorted_by(|(one, _), (next, _)| one < next) {
                return Err(Fault::Conflict("an object has two values for one key"));
            }
        }
        Node::new(members, Sorted).map(|node| Self::Object(Arc::new(node)))
    }

    /// Makes an object of members in any order, of which the last one with a key holds.
    pub(crate) fn object_of_last(mut members: Vec<(Self, Self)>) -> Result<Self, Fault> {
        if !members.is_sorted_by(|(one, _), (next, _)| one < next) {
            let placed = members.into_iter().enumerate().map(|(place, (key, value))| (key, Reverse(place), value));
            let mut placed = sorted(placed.collect());
            placed.dedup_by(|(earlier, ..), (kept, ..)| earlier == kept);
            members = placed.into_iter().map(|(key, _, value)| (key, value)).collect();
        }
        Node::new(members, Sorted).map(|node| Self::Object(Arc::new(node)))
    }

    /// Makes a large object's members quick to find, while nobody else holds it.
    pub(crate) fn indexed(mut self) -> Self {
        if let Self::Object(members) = &mut self
            && members.len() >= MIN_MEMBERS
            && let Some(members) = Arc::get_mut(members)
        {
            members.index = Index::new(&members.items).map(Box::new);
        }
        self
    }

    /// Returns what stands at a key: an item at an index, a member's value, an item of a set itself.
    pub(crate) fn get(&self, key: &Self) -> Option<&Self> {
        match (self, key) {
            (Self::Array(items), Self::Number(index)) => items.get(index.as_usize()?),
            (Self::Object(members), key) => members.get(key),
            (Self::Set(items), key) => items.get(key),
            _ => None,
        }
    }

    /// Returns about how many bytes the value takes, shared parts counted each time.
    pub(crate) fn weight(&self) -> u64 {
        let inner = match self {
            Self::Null | Self::Bool(_) => 0,
            Self::Number(number) => number.weight(),
            Self::Text(text) => length(text.len()),
            Self::Array(items) => items.weight,
            Self::Object(members) => members.weight,
            Self::Set(items) => items.weight,
        };
        inner.saturating_add(VALUE_WEIGHT)
    }

    /// Returns how many items a value has directly.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Array(items) => items.len(),
            Self::Object(members) => members.len(),
            Self::Set(items) => items.len(),
            _ => 0,
        }
    }

    /// Returns the name of its type.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
            Self::Set(_) => "set",
        }
    }

    fn depth(&self) -> u32 {
        match self {
            Self::Array(items) => items.depth,
            Self::Object(members) => members.depth,
            Self::Set(items) => items.depth,
            _ => 0,
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Number(Number::from(integer))
    }
}

impl From<usize> for Value {
    fn from(integer: usize) -> Self {
        Self::Number(Number::from(integer))
    }
}

/// Writes the value as Rego does.
impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_rego())
    }
}

#[cfg(test)]
mod tests;
