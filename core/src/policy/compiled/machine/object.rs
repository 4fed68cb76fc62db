//! Puts the value of an object's rules together, key by key.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::super::super::fuel::Fault;
use super::super::super::value::Value;

const CONFLICT: Fault = Fault::Conflict("an object has two values for one key");

/// Is a part of an object that is being put together.
pub(super) enum Part {
    /// A definition's own value; nothing may be put into it.
    Value(Value),
    /// The items of `contains`.
    Items(Vec<Value>),
    Members(BTreeMap<Value, Part>),
}

impl Part {
    pub(super) fn new() -> Self {
        Self::Members(BTreeMap::new())
    }

    /// Puts a value, or an item of a set, at some keys.
    pub(super) fn insert(&mut self, keys: &[Value], value: Value, is_item: bool) -> Result<(), Fault> {
        let mut at = self;
        for key in keys {
            let Self::Members(members) = at else { return Err(CONFLICT) };
            at = members.entry(key.clone()).or_insert_with(Self::new);
        }
        match at {
            Self::Members(members) if members.is_empty() => {
                *at = if is_item { Self::Items(Vec::from([value])) } else { Self::Value(value) };
                Ok(())
            }
            Self::Items(items) if is_item => {
                items.push(value);
                Ok(())
            }
            Self::Value(other) if !is_item && *other == value => Ok(()),
            _ => Err(CONFLICT),
        }
    }

    /// Returns what stands at some keys.
    pub(super) fn take(self, keys: &[Value]) -> Result<Option<Value>, Fault> {
        let mut part = self;
        let mut rest = keys;
        while let Some((key, behind)) = rest.split_first() {
            part = match part {
                Self::Members(mut members) => match members.remove(key) {
                    Some(part) => part,
                    None => return Ok(None),
                },
                other => {
                    let mut value = other.finish()?;
                    for key in rest {
                        match value.get(key).cloned() {
                            Some(inner) => value = inner,
                            None => return Ok(None),
                        }
                    }
                    return Ok(Some(value));
                }
            };
            rest = behind;
        }
        part.finish().map(Some)
    }

    /// Makes a value of it. It nests no deeper than the rules' heads are long.
    pub(super) fn finish(self) -> Result<Value, Fault> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Items(items) => Value::set(items),
            Self::Members(members) => {
                let mut made = Vec::with_capacity(members.len());
                for (key, part) in members {
                    made.push((key, part.finish()?));
                }
                Value::object(made)
            }
        }
    }
}
