//! What values are made of.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use super::index::Index;
use super::{MAX_DEPTH, Value};
use crate::policy::fuel::Fault;

/// Up to so many members one is found soonest by trying each: most differ in size already.
const MAX_SCANNED: usize = 8;

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
    pub(super) items: Vec<T>,
    pub(super) weight: u64,
    pub(super) depth: u32,
    /// Of a large object among a policy's data.
    pub(super) index: Option<Box<Index>>,
    _kind: K,
}

impl<T: Part, K> Node<T, K> {
    pub(super) fn new(items: Vec<T>, kind: K) -> Result<Self, Fault> {
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
