//! Values of which a part is unknown.

use alloc::vec;
use alloc::vec::Vec;

use super::super::super::value::{Text, Value};
use super::super::condition::Form;
use super::super::field::Field;

/// Is a value that may build on what is unknown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Symbol {
    Known(Value),
    /// What the document has there. The condition beside it says that it is there.
    Field(Field),
    /// A part of the request above something unknown: an object.
    Above(Vec<Text>),
    Array(Vec<Self>),
    /// Sorted by key.
    Object(Vec<(Value, Self)>),
    /// Each item with the condition under which it is in the set.
    Set(Vec<(Form, Value)>),
    /// How many of these conditions hold.
    Count(Vec<Form>),
    /// A collection that is there, of which nothing more is known.
    Collection,
}

/// Holds what an expression comes to: values, and when. The conditions exclude each other.
pub(crate) type Choices = Vec<(Form, Symbol)>;

/// Holds the variables of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Frame(Vec<Option<Symbol>>);

impl Frame {
    pub(crate) fn new(size: usize) -> Self {
        Self(vec![None; size])
    }

    pub(crate) fn get(&self, var: u32) -> Option<&Symbol> {
        usize::try_from(var).ok().and_then(|var| self.0.get(var)).and_then(Option::as_ref)
    }

    pub(crate) fn set(&mut self, var: u32, value: Symbol) {
        if let Some(slot) = usize::try_from(var).ok().and_then(|var| self.0.get_mut(var)) {
            *slot = Some(value);
        }
    }

    /// Returns the variables for the machine, which reads only those that are known.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.iter().map(|symbol| match symbol {
            Some(Symbol::Known(value)) => value.clone(),
            _ => Value::Null,
        })
    }
}

impl Symbol {
    /// Makes an array, which is known if all of it is.
    pub(crate) fn array(items: Vec<Self>) -> Self {
        match known(&items).map(Value::array) {
            Some(Ok(value)) => Self::Known(value),
            _ => Self::Array(items),
        }
    }

    /// Makes a set.
    pub(crate) fn set_of(items: &[Self]) -> Self {
        match known(items).map(Value::set) {
            Some(Ok(value)) => Self::Known(value),
            _ => Self::Collection,
        }
    }

    /// Makes an object of members in any order, of which the last one with a key holds.
    pub(crate) fn object(mut members: Vec<(Value, Self)>) -> Self {
        members.reverse();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        members.dedup_by(|(later, _), (kept, _)| later == kept);
        let values = members.iter().map(|(key, member)| match member {
            Self::Known(value) => Some((key.clone(), value.clone())),
            _ => None,
        });
        match values.collect::<Option<Vec<_>>>().map(Value::object) {
            Some(Ok(value)) => Self::Known(value),
            _ => Self::Object(members),
        }
    }

    /// Returns the items of an array whose length is known.
    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::Known(Value::Array(items)) => Some(items.iter().cloned().map(Self::Known).collect()),
            Self::Array(items) => Some(items.clone()),
            _ => None,
        }
    }

    /// Returns the members of an object whose keys are known.
    pub(crate) fn members(&self) -> Option<Vec<(Value, Self)>> {
        match self {
            Self::Known(Value::Object(members)) => {
                Some(members.iter().map(|(key, value)| (key.clone(), Self::Known(value.clone()))).collect())
            }
            Self::Object(members) => Some(members.clone()),
            _ => None,
        }
    }

    /// Returns the items of a set, each with its condition.
    pub(crate) fn set(&self) -> Option<Vec<(Form, Value)>> {
        match self {
            Self::Known(Value::Set(items)) => Some(items.iter().map(|item| (Form::Always, item.clone())).collect()),
            Self::Set(items) => Some(items.clone()),
            _ => None,
        }
    }

    /// Tells whether an item of an iteration is in it, which has no meaning elsewhere.
    pub(crate) fn has_item(&self) -> bool {
        match self {
            Self::Field(field) => field.item.is_some(),
            Self::Array(items) => items.iter().any(Self::has_item),
            Self::Object(members) => members.iter().any(|(_, member)| member.has_item()),
            _ => false,
        }
    }
}

/// Returns the values of symbols that are all known.
pub(crate) fn known(items: &[Symbol]) -> Option<Vec<Value>> {
    let value = |item: &Symbol| match item {
        Symbol::Known(value) => Some(value.clone()),
        _ => None,
    };
    items.iter().map(value).collect()
}
