//! Checks a policy before it is evaluated: built-ins, recursion, depth, and data that collide with rules.

use alloc::collections::BinaryHeap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde_json::{Map, Value};

use super::builtin;
use super::outline::{Call, Path, RuleOutline};
use crate::error::{Error, Location};

/// Checks that every call is known, nothing is recursive, and nothing nests deeper than `depth` steps.
///
/// # Errors
/// `policy_builtin`, `policy_recursion`, `policy_limit`.
pub(crate) fn check_rules(rules: &[RuleOutline], depth: u32) -> Result<(), Error> {
    let graph = Graph::new(rules);
    match call_failures(&graph, rules).next() {
        Some(failure) => Err(failure),
        None => graph.check_depth(depth),
    }
}

/// Returns every failure of [`check_rules`].
#[cfg(feature = "policy-check")]
pub(crate) fn all_failures(rules: &[RuleOutline], depth: u32) -> Vec<Error> {
    let graph = Graph::new(rules);
    call_failures(&graph, rules).chain(graph.check_depth(depth).err()).collect()
}

fn call_failures<'a>(graph: &'a Graph<'a>, rules: &'a [RuleOutline]) -> impl Iterator<Item = Error> {
    rules.iter().flat_map(|rule| {
        let calls = rule.calls.iter().filter_map(|call| check_call(call, graph.defines(call)).err());
        calls.chain(rule.mocks.iter().filter_map(|mock| check_mock(mock, graph.defines(mock)).err()))
    })
}

/// Checks that the reference tier, to which the policy is left, has every built-in that is called.
///
/// # Errors
/// `policy_syntax` that names the built-in and why the policy is left.
#[cfg(feature = "rego-reference")]
pub(crate) fn check_reference(rules: &[RuleOutline], reason: &str) -> Result<(), Error> {
    let graph = Graph::new(rules);
    let missing = |call: &&Call| !graph.defines(call) && !super::interpreter::has_builtin(&call.name);
    let Some(call) = rules.iter().flat_map(|rule| &rule.calls).find(missing) else { return Ok(()) };
    let Location { file, row, column } = call.place.clone();
    let reason = format!("only the compiled tier has `{}`, and does not take this policy: {reason}", call.name);
    Err(Error::PolicySyntax { file, row, column, reason })
}

/// Checks that no rule stands where data stand: the data would silently take its place.
///
/// # Errors
/// `policy_invalid` that names the path.
pub(crate) fn check_data(rules: &[RuleOutline], data: &Map<String, Value>) -> Result<(), Error> {
    match rules.iter().find(|rule| collides(&rule.path, data)) {
        Some(rule) => {
            Err(Error::PolicyInvalid { reason: format!("`data.{}` is both a rule and data", rule.path.join(".")) })
        }
        None => Ok(()),
    }
}

fn collides(path: &[String], data: &Map<String, Value>) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match data.get(first) {
        None => false,
        Some(Value::Object(inner)) if !rest.is_empty() => collides(rest, inner),
        Some(_) => true,
    }
}

fn check_call(call: &Call, is_defined: bool) -> Result<(), Error> {
    if is_defined {
        return Ok(());
    }
    let Location { file, row, column } = call.place.clone();
    match builtin::find(&call.name) {
        Some(builtin) if builtin.arity == call.arity || is_relation(builtin.name, call.arity) => Ok(()),
        Some(builtin) => Err(Error::PolicySyntax {
            file,
            row,
            column,
            reason: format!("`{}` takes {} arguments, not {}", call.name, builtin.arity, call.arity),
        }),
        None => Err(Error::PolicyBuiltin { file, row, column, name: call.name.clone() }),
    }
}

/// `walk` may be given what its pairs are to match.
fn is_relation(name: &str, arity: usize) -> bool {
    name == "walk" && arity == 2
}

/// A function in the place of another could close a circle that no call shows.
fn check_mock(mock: &Call, is_defined: bool) -> Result<(), Error> {
    if !is_defined && builtin::find(&mock.name).is_none() {
        return Ok(());
    }
    let Location { file, row, column } = mock.place.clone();
    let reason = format!("`with` may put a value in a function's place, not the function `{}`", mock.name);
    Err(Error::PolicySyntax { file, row, column, reason })
}

/// Holds what builds on what. A node is a path with all its definitions.
struct Graph<'a> {
    nodes: Vec<Node<'a>>,
}

struct Node<'a> {
    path: &'a Path,
    place: &'a Location,
    is_function: bool,
    definitions: Vec<Definition>,
    /// Every node that some definition builds on.
    edges: Vec<usize>,
}

struct Definition {
    steps: u32,
    calls: Vec<usize>,
    refs: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn new(rules: &'a [RuleOutline]) -> Self {
        // A heap sorts in a tenth of the code that the library's sorting compiles to.
        let order = rules.iter().enumerate().map(|(index, rule)| (&rule.path, rule.place.row, index));
        let order = order.collect::<BinaryHeap<_>>().into_sorted_vec();
        let mut firsts: Vec<&RuleOutline> = order.iter().filter_map(|(_, _, index)| rules.get(*index)).collect();
        firsts.dedup_by(|a, b| a.path == b.path);
        let paths: Vec<&Path> = firsts.iter().map(|rule| &rule.path).collect();
        let node = |rule: &&'a RuleOutline| Node {
            path: &rule.path,
            place: &rule.place,
            is_function: rule.is_function,
            definitions: Vec::new(),
            edges: Vec::new(),
        };
        let mut nodes: Vec<Node<'a>> = firsts.iter().map(node).collect();
        for rule in rules {
            let calls = rule.calls.iter().flat_map(|call| &call.candidates);
            let definition = Definition {
                steps: rule.steps,
                calls: calls.filter_map(|path| paths.binary_search(&path).ok()).collect(),
                refs: rule.refs.iter().flat_map(|path| overlapping(&paths, path)).collect(),
            };
            if let Some(node) = paths.binary_search(&&rule.path).ok().and_then(|index| nodes.get_mut(index)) {
                node.edges.extend(definition.calls.iter().chain(&definition.refs));
                node.definitions.push(definition);
            }
        }
        Self { nodes }
    }

    /// Tells whether the policy defines what is called.
    fn defines(&self, call: &Call) -> bool {
        let is_function = |path| {
            let place = self.nodes.binary_search_by(|node| node.path.cmp(path)).ok();
            place.and_then(|index| self.nodes.get(index)).is_some_and(|node| node.is_function)
        };
        call.candidates.iter().any(is_function)
    }

    /// Walks depth first without recursion, as the graph may be deeper than the stack.
    fn check_depth(&self, most: u32) -> Result<(), Error> {
        let mut depths: Vec<Option<u32>> = self.nodes.iter().map(|_| None).collect();
        let mut open: Vec<bool> = self.nodes.iter().map(|_| false).collect();
        for start in 0..self.nodes.len() {
            let mut stack: Vec<(usize, usize)> = vec![(start, 0)];
            while let Some((index, next)) = stack.pop() {
                let Some(node) = self.nodes.get(index) else { continue };
                if next == 0 {
                    if depths.get(index).is_some_and(Option::is_some) {
                        continue;
                    }
                    set(&mut open, index, true);
                }
                if let Some(edge) = node.edges.get(next) {
                    stack.push((index, next.saturating_add(1)));
                    if open.get(*edge) == Some(&true) {
                        return Err(recursion(self.nodes.get(*edge).unwrap_or(node)));
                    }
                    stack.push((*edge, 0));
                    continue;
                }
                let depth = node.depth(&depths);
                if depth > most {
                    return Err(Error::PolicyLimit { limit: "depth", most: most.into() });
                }
                set(&mut depths, index, Some(depth));
                set(&mut open, index, false);
            }
        }
        Ok(())
    }
}

impl Node<'_> {
    /// Calls may feed one another, so they add up; a rule has one value however often it is referred to.
    fn depth(&self, depths: &[Option<u32>]) -> u32 {
        let of = |index: &usize| depths.get(*index).copied().flatten().unwrap_or(0);
        let definition = |definition: &Definition| {
            let calls = definition.calls.iter().map(of).fold(0, u32::saturating_add);
            let refs = definition.refs.iter().map(of).max().unwrap_or(0);
            definition.steps.saturating_add(calls).saturating_add(refs)
        };
        self.definitions.iter().map(definition).max().unwrap_or(0)
    }
}

/// Returns the places of the paths at, above and below a path.
fn overlapping(paths: &[&Path], path: &Path) -> Vec<usize> {
    let above = (1..path.len()).filter_map(|size| {
        let above = path.get(..size)?;
        paths.binary_search_by(|candidate| candidate.as_slice().cmp(above)).ok()
    });
    let start = paths.partition_point(|candidate| *candidate < path);
    let below = (start..paths.len()).take_while(|index| paths.get(*index).is_some_and(|below| below.starts_with(path)));
    above.chain(below).collect()
}

fn set<T>(slots: &mut [T], index: usize, value: T) {
    if let Some(slot) = slots.get_mut(index) {
        *slot = value;
    }
}

fn recursion(node: &Node<'_>) -> Error {
    let Location { file, row, column } = node.place.clone();
    Error::PolicyRecursion { file, row, column, rule: node.path.join(".") }
}
