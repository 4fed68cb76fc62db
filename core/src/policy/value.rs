//! The values that a policy computes with. They are immutable, ordered as OPA orders them, and cheap to clone.

mod canonical;
mod index;
mod json;
mod parse;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};
use core::fmt;
use core::hash::{Hash, Hasher};

use super::fuel::{Fault, length};
use super::number::Number;
use super::sort::sorted;
use index::{Index, MIN_MEMBERS};

/// A text, without an allocation up to 23 bytes.
pub(crate) type Text = smol_str::SmolStr;

/// How deep values nest at most. A request has 64 levels; a rule's value may hold a request, and so on. What handles values
/// recursively, dropping them included, relies on it.
pub(crate) const MAX_DEPTH: u32 = 256;

/// Up to so many members one is found soonest by trying each: most differ in size already.
const MAX_SCANNED: usize = 8;

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

/// Holds items in their order.
pub(crate) type Array = Node<Value, Listed>;

/// Holds members, sorted by key, no key twice.
pub(crate) type Object = Node<(Value, Value), Sorted>;

/// Holds items, sorted, none twice.
pub(crate) type Set = Node<Value, Sorted>;

/// Says that items stand as they were put.
#[derive(Clone, Copy)]
pub(crate) struct Listed;

/// Says that items are sorted and none is there twice.
#[derive(Clone, Copy)]
pub(crate) struct Sorted;

/// Holds what a value is made of, and knows how much that is, so that work can be paid for before it is done.
pub(crate) struct Node<T, K> {
    items: Vec<T>,
    weight: u64,
    depth: u32,
    /// Of a large object among a policy's data.
    index: Option<Box<Index>>,
    _kind: K,
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

impl<T: Part, K> Node<T, K> {
    fn new(items: Vec<T>, kind: K) -> Result<Self, Fault> {
        let (mut weight, mut depth) = (0_u64, 0);
        for item in &items {
            weight = weight.saturating_add(item.weight());
            depth = depth.max(item.depth());
        }
        if depth == MAX_DEPTH {
            return Err(Fault::Limit("value_depth"));
        }
        Ok(Self { items, weight, depth: depth.saturating_add(1), index: None, _kind: kind })
    }
}

impl<T, K> Node<T, K> {
    /// Returns the items as a slice.
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// Returns the items one by one.
    pub(crate) fn iter(&self) -> core::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// Counts the items.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns about how many bytes the items take, shared parts counted each time.
    pub(crate) fn weight(&self) -> u64 {
        self.weight
    }

    /// Tells whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Array {
    /// Returns the item at a place.
    pub(crate) fn get(&self, index: usize) -> Option<&Value> {
        self.items.get(index)
    }
}

impl Set {
    /// Returns the item that equals a value.
    pub(crate) fn get(&self, value: &Value) -> Option<&Value> {
        self.items.binary_search(value).ok().and_then(|place| self.items.get(place))
    }

    /// Tells whether an item equals a value.
    pub(crate) fn contains(&self, value: &Value) -> bool {
        self.items.binary_search(value).is_ok()
    }
}

impl Object {
    /// Returns the value at a key.
    pub(crate) fn get(&self, key: &Value) -> Option<&Value> {
        match (key, &self.index) {
            (Value::Text(key), Some(index)) => index.find(&self.items, key),
            _ => self.find(|other| other.cmp(key)),
        }
    }

    /// Returns the value at a key that is a text.
    pub(crate) fn get_text(&self, key: &str) -> Option<&Value> {
        if let Some(index) = &self.index {
            return index.find(&self.items, key);
        }
        if self.items.len() <= MAX_SCANNED {
            let is_key = |other: &Value| matches!(other, Value::Text(other) if other == key);
            return self.items.iter().find(|(other, _)| is_key(other)).map(|(_, value)| value);
        }
        self.find(|other| match other {
            Value::Text(text) => text.as_str().cmp(key),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ordering::Less,
            Value::Array(_) | Value::Object(_) | Value::Set(_) => Ordering::Greater,
        })
    }

    /// Returns the keys one by one.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(key, _)| key)
    }

    /// Returns the values one by one.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    fn find(&self, compare: impl Fn(&Value) -> Ordering) -> Option<&Value> {
        let place = self.items.binary_search_by(|(key, _)| compare(key)).ok()?;
        self.items.get(place).map(|(_, value)| value)
    }
}

impl<'a, T, K> IntoIterator for &'a Node<T, K> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

// One value is often compared with itself, and where parts are shared that is never done again for each.
impl<T: PartialEq, K> PartialEq for Node<T, K> {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other) || self.weight == other.weight && self.items == other.items
    }
}

impl<T: Eq, K> Eq for Node<T, K> {}

impl<T: Ord, K> Ord for Node<T, K> {
    fn cmp(&self, other: &Self) -> Ordering {
        if core::ptr::eq(self, other) { Ordering::Equal } else { self.items.cmp(&other.items) }
    }
}

impl<T: Ord, K> PartialOrd for Node<T, K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Hash, K> Hash for Node<T, K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.items.hash(state);
    }
}

/// Writes the value as Rego does.
impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_rego())
    }
}

/// Is what a node holds.
pub(crate) trait Part {
    fn weight(&self) -> u64;
    fn depth(&self) -> u32;
}

impl Part for Value {
    fn weight(&self) -> u64 {
        Self::weight(self)
    }

    fn depth(&self) -> u32 {
        Self::depth(self)
    }
}

impl Part for (Value, Value) {
    fn weight(&self) -> u64 {
        self.0.weight().saturating_add(self.1.weight())
    }

    fn depth(&self) -> u32 {
        self.0.depth().max(self.1.depth())
    }
}

#[cfg(test)]
mod tests;
