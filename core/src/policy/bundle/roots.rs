//! Which part of `data` is a bundle's own. `spec/bundle.md`, "Roots".

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::package;
use crate::error::Error;
use crate::policy::source::ModuleSource;

/// Returns roots without slashes around them.
///
/// # Errors
/// `bundle_roots` for none, and for two of which one lies in the other.
pub(super) fn normalized(roots: Vec<String>) -> Result<Vec<String>, Error> {
    let mut roots: Vec<String> = roots.iter().map(|root| root.trim_matches('/').to_owned()).collect();
    if roots.is_empty() {
        return Err(outside("there is none".to_owned()));
    }
    roots.sort_unstable();
    for (place, root) in roots.iter().enumerate() {
        if let Some(other) = roots.iter().skip(place.saturating_add(1)).find(|other| overlap(root, other)) {
            return Err(outside(format!("`{root}` and `{other}` overlap")));
        }
    }
    Ok(roots)
}

/// Checks that every module's package and all data lie in a root.
///
/// # Errors
/// `bundle_roots`.
pub(super) fn check(roots: &[String], modules: &[ModuleSource], data: &Map<String, Value>) -> Result<(), Error> {
    if roots.iter().any(String::is_empty) {
        return Ok(());
    }
    for module in modules {
        let package = package::path_of(&module.text)
            .ok_or_else(|| outside(format!("`{}` does not begin with a package that can be told", module.path)))?;
        if !roots.iter().any(|root| contains(root, &package)) {
            let package = package.join(".");
            return Err(outside(format!("`{}` has the package `{package}`, which lies in none", module.path)));
        }
    }
    check_data(roots, &mut Vec::new(), data)
}

/// Data nest at most 64 deep.
fn check_data<'a>(roots: &[String], path: &mut Vec<&'a str>, data: &'a Map<String, Value>) -> Result<(), Error> {
    for (key, value) in data {
        path.push(key);
        if !roots.iter().any(|root| contains(root, path)) {
            match value {
                Value::Object(inner) if roots.iter().any(|root| is_above(path, root)) => {
                    check_data(roots, path, inner)?
                }
                _ => return Err(outside(format!("the data at `{}` lie in none", path.join("/")))),
            }
        }
        path.pop();
    }
    Ok(())
}

fn overlap(one: &str, other: &str) -> bool {
    let path = |root| segments(root).collect::<Vec<_>>();
    contains(one, &path(other)) || contains(other, &path(one))
}

/// Tells whether a path lies in a root.
fn contains(root: &str, path: &[&str]) -> bool {
    let mut path = path.iter();
    segments(root).all(|segment| path.next() == Some(&segment))
}

/// Tells whether a root lies below a path.
fn is_above(path: &[&str], root: &str) -> bool {
    let mut root = segments(root);
    path.iter().all(|segment| root.next() == Some(segment))
}

fn segments(root: &str) -> impl Iterator<Item = &str> {
    root.split('/').filter(|segment| !segment.is_empty())
}

fn outside(reason: String) -> Error {
    Error::BundleRoots { reason }
}
