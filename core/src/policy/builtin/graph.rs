//! `graph.reachable` and `graph.reachable_paths`.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::Outcome;
use super::aggregate::items;
use crate::policy::fuel::{Fault, Fuel, length};
use crate::policy::value::{Object, Value};

pub(super) fn reachable(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Object(graph), initial] = args else { return Ok(None) };
    let Some(initial) = items(initial) else { return Ok(None) };
    let (mut reached, mut waiting) = (BTreeSet::new(), Vec::new());
    push(initial, &mut waiting, fuel)?;
    while let Some(node) = waiting.pop() {
        visit(node, graph, fuel)?;
        let Some(edges) = graph.get(node) else { continue };
        if reached.insert(node) {
            push(items(edges).unwrap_or_default(), &mut waiting, fuel)?;
        }
    }
    fuel.allocate(length(reached.len()).saturating_mul(64))?;
    Value::set(reached.into_iter().cloned().collect()).map(Some)
}

/// Lists every path until it leaves the graph, ends, or would come to one of its own nodes.
pub(super) fn reachable_paths(args: &[Value], fuel: &mut Fuel) -> Outcome {
    let [Value::Object(graph), initial] = args else { return Ok(None) };
    let Some(initial) = items(initial) else { return Ok(None) };
    let mut paths = Vec::new();
    // Each waits with how long the path is that leads to it.
    let mut waiting: Vec<(&Value, usize)> = Vec::new();
    for node in initial {
        visit(node, graph, fuel)?;
        if graph.get(node).is_none() {
            continue;
        }
        let mut path: Vec<&Value> = Vec::new();
        waiting.push((node, 0));
        while let Some((node, depth)) = waiting.pop() {
            path.truncate(depth);
            fuel.step(length(path.len()))?;
            fuel.read(node.weight().saturating_mul(length(path.len())))?;
            visit(node, graph, fuel)?;
            // As in OPA, the second node may be the first once more.
            let is_new = path.len() < 2 || !path.contains(&node);
            let Some(edges) = graph.get(node).filter(|_| is_new) else {
                paths.push(list(&path, fuel)?);
                continue;
            };
            path.push(node);
            let edges = items(edges).unwrap_or_default();
            if edges.is_empty() {
                paths.push(list(&path, fuel)?);
            }
            fuel.allocate(length(edges.len()).saturating_mul(16))?;
            waiting.extend(edges.iter().map(|edge| (edge, path.len())));
        }
    }
    fuel.sort(paths.len(), paths.iter().map(Value::weight).fold(0, u64::saturating_add))?;
    Value::set(paths).map(Some)
}

fn list(path: &[&Value], fuel: &mut Fuel) -> Result<Value, Fault> {
    fuel.step(length(path.len()))?;
    fuel.allocate(length(path.len()).saturating_mul(24).saturating_add(64))?;
    Value::array(path.iter().map(|node| (*node).clone()).collect())
}

fn push<'a>(nodes: &'a [Value], waiting: &mut Vec<&'a Value>, fuel: &mut Fuel) -> Result<(), Fault> {
    fuel.step(length(nodes.len()))?;
    fuel.allocate(length(nodes.len()).saturating_mul(8))?;
    waiting.extend(nodes);
    Ok(())
}

/// Pays for finding a node.
fn visit(node: &Value, graph: &Object, fuel: &mut Fuel) -> Result<(), Fault> {
    fuel.step(2)?;
    fuel.read(node.weight().saturating_mul(u64::from(graph.len().max(1).ilog2())))
}
