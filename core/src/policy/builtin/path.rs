//! `json.filter` and `json.remove`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Outcome;
use super::aggregate::items;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{MAX_DEPTH, Value};

pub(super) fn filter(args: &[Value], fuel: &mut Fuel) -> Outcome {
    edited(args, fuel, kept)
}

pub(super) fn remove(args: &[Value], fuel: &mut Fuel) -> Outcome {
    edited(args, fuel, |value, tree| Ok(rest(value, Some(tree))?.unwrap_or(Value::Null)))
}

fn edited(args: &[Value], fuel: &mut Fuel, edit: fn(&Value, &Tree) -> Result<Value, Fault>) -> Outcome {
    let [object @ Value::Object(_), paths] = args else { return Ok(None) };
    let Some(listed) = items(paths) else { return Ok(None) };
    fuel.sort(paths.len().max(object.len()), paths.weight().saturating_add(object.weight()))?;
    fuel.allocate(object.weight().saturating_add(paths.weight().saturating_mul(4)))?;
    let mut tree = Tree::default();
    for path in listed {
        let Some(path) = segments(path, fuel)? else { return Ok(None) };
        tree.add(&path);
    }
    edit(object, &tree).map(Some)
}

/// Reads a path: texts between slashes (RFC 6901), or an array of keys.
pub(super) fn segments(path: &Value, fuel: &mut Fuel) -> Result<Option<Vec<Value>>, Fault> {
    fuel.read(path.weight())?;
    fuel.allocate(path.weight().saturating_mul(length(size_of::<Value>())))?;
    Ok(match path {
        Value::Text(text) if text.is_empty() => Some(Vec::new()),
        Value::Text(text) => {
            let parts = text.trim_start_matches('/').split('/');
            Some(parts.map(|part| Value::text(part.replace("~1", "/").replace("~0", "~"))).collect())
        }
        Value::Array(keys) => Some(keys.as_slice().to_owned()),
        _ => None,
    })
}

/// Holds paths by their first keys. A path that ends makes those behind it void.
#[derive(Default)]
struct Tree {
    is_end: bool,
    branches: BTreeMap<Value, Tree>,
}

impl Tree {
    fn add(&mut self, path: &[Value]) {
        if path.is_empty() {
            return;
        }
        let mut node = self;
        // Nothing is deeper; and what is as deep as the values may be dropped recursively.
        for key in path.iter().take(usize::try_from(MAX_DEPTH).unwrap_or(0)) {
            if node.is_end {
                return;
            }
            node = node.branches.entry(key.clone()).or_default();
        }
        if path.len() < usize::try_from(MAX_DEPTH).unwrap_or(0) {
            *node = Self { is_end: true, branches: BTreeMap::new() };
        }
    }

    fn at_index(&self, index: usize) -> Option<&Self> {
        let key: String = index.to_string();
        self.branches.get(&Value::text(key))
    }
}

/// Returns what the paths lead to.
fn kept(value: &Value, tree: &Tree) -> Result<Value, Fault> {
    if tree.is_end {
        return Ok(value.clone());
    }
    match value {
        Value::Object(members) => {
            let found = members.iter().filter_map(|(key, member)| Some((key, member, tree.branches.get(key)?)));
            let members = found.map(|(key, member, tree)| Ok((key.clone(), kept(member, tree)?)));
            Value::object(members.collect::<Result<_, Fault>>()?)
        }
        Value::Array(items) => {
            let found = items.iter().enumerate().filter_map(|(index, item)| Some((item, tree.at_index(index)?)));
            Value::array(found.map(|(item, tree)| kept(item, tree)).collect::<Result<_, Fault>>()?)
        }
        Value::Set(items) => {
            let found = items.iter().filter_map(|item| Some((item, tree.branches.get(item)?)));
            Value::set(found.map(|(item, tree)| kept(item, tree)).collect::<Result<_, Fault>>()?)
        }
        scalar => Ok(scalar.clone()),
    }
}

/// Returns what the paths do not lead to.
fn rest(value: &Value, tree: Option<&Tree>) -> Result<Option<Value>, Fault> {
    let Some(tree) = tree else { return Ok(Some(value.clone())) };
    if tree.is_end {
        return Ok(None);
    }
    let rest = match value {
        Value::Object(members) => {
            let members = members.iter().filter_map(|(key, member)| {
                let member = rest(member, tree.branches.get(key)).transpose()?;
                Some(member.map(|member| (key.clone(), member)))
            });
            Value::object(members.collect::<Result<_, Fault>>()?)?
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.filter_map(|(index, item)| rest(item, tree.at_index(index)).transpose());
            Value::array(items.collect::<Result<_, Fault>>()?)?
        }
        Value::Set(items) => {
            let items = items.iter().filter_map(|item| rest(item, tree.branches.get(item)).transpose());
            Value::set(items.collect::<Result<_, Fault>>()?)?
        }
        scalar => scalar.clone(),
    };
    Ok(Some(rest))
}
